using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Dns;

/// <summary>A real resolver with a zone of its own, by UDP and TCP on loopback.</summary>
public sealed class UnboundProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private UnboundProcess(Process process, TemporaryFolder folder, IPEndPoint address) => (_process, _folder, Address) = (process, folder, address);

    public IPEndPoint Address { get; }

    public static Task<UnboundProcess> StartAsync(params string[] records) => StartAsync(null, new IPEndPoint(IPAddress.Loopback, Loopback.FreePort()), records);

    /// <summary>In a network of its own, and for everybody there.</summary>
    public static async Task<UnboundProcess> StartAsync(NetworkNamespace? network, IPEndPoint address, params string[] records)
    {
        var folder = new TemporaryFolder();
        var lines = records.Select(record => $"  local-data: '{record}'");
        await File.WriteAllTextAsync(folder["unbound.conf"], $"""
            server:
              interface: {address.Address}
              port: {address.Port}
              do-daemonize: no
              username: ""
              chroot: ""
              directory: "{folder.Path}"
              pidfile: ""
              use-syslog: no
              module-config: "iterator"
              num-threads: 1
              so-rcvbuf: 4m
              access-control: 0.0.0.0/0 allow
              max-udp-size: 4096
              local-zone: "test." static
              # of a test's own, by another resolver: whoever asks goes on to that
              local-zone: "odd.test." refuse
            {string.Join('\n', lines)}
            remote-control:
              control-enable: no
            """);
        string[] arguments = ["-d", "-c", folder["unbound.conf"]];
        var start = network?.Command("unbound", arguments) ?? new ProcessStartInfo("unbound", arguments);
        start.RedirectStandardError = true;
        var unbound = new UnboundProcess(Process.Start(start)!, folder, address);
        await unbound.UntilReadyAsync(network);
        return unbound;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task UntilReadyAsync(NetworkNamespace? network)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException(await _process.StandardError.ReadToEndAsync(patience.Token));
            try
            {
                using var client = network?.As(0, Connected) ?? Connected();
                _process.ErrorDataReceived += (_, _) => { };
                _process.BeginErrorReadLine();
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }

    private TcpClient Connected() => new(Address.Address.ToString(), Address.Port);
}
