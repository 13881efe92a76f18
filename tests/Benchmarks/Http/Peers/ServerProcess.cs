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

    public static async Task<ServerProcess> StartAsync(int port, string command, string[] arguments, CancellationToken ct)
    {
        var server = new ServerProcess(
            new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        try
        {
            await server.UntilListeningAsync(port, ct);
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

    private async Task UntilListeningAsync(int port, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited || watch.Elapsed > Patience)
                throw new BenchmarkFailedException($"{_process.StartInfo.FileName} does not listen on port {port}: {Said()}");
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, ct);
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
