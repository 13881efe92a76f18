using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>A server of the benchmark: started, waited for until its port answers, and always ended with all of its workers.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private ServerProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start) ?? throw new BenchmarkFailedException($"{start.FileName} did not start");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public static Task<ServerProcess> StartAsync(int port, string command, string[] arguments, CancellationToken ct) =>
        StartAsync(new ProcessStartInfo(command, arguments), () => Connected(new IPEndPoint(IPAddress.Loopback, port)), ct);

    /// <summary>The same for a command of any kind, whose port is tried by <paramref name="connect"/>.</summary>
    public static async Task<ServerProcess> StartAsync(ProcessStartInfo command, Func<Socket> connect, CancellationToken ct)
    {
        command.RedirectStandardOutput = command.RedirectStandardError = true;
        var server = new ServerProcess(command);
        try
        {
            await server.UntilListeningAsync(connect, ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>A connection to a server; throws where nobody listens.</summary>
    public static Socket Connected(IPEndPoint to)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(to);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task UntilListeningAsync(Func<Socket> connect, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited || watch.Elapsed > Patience)
                throw new BenchmarkFailedException($"{_process.StartInfo.FileName} does not listen: {Said()}");
            try
            {
                connect().Dispose();
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(1, ct);
            }
        }
    }

    private void Keep(string? line)
    {
        lock (_said)
            if (line is not null && _said.Length < 4096)
                _said.AppendLine(line);
    }

    private string Said()
    {
        lock (_said)
            return _said.ToString();
    }
}
