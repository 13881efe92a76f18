using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Dns;

/// <summary>A real resolver with a zone of its own, by UDP and TCP on loopback.</summary>
public sealed class UnboundProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private UnboundProcess(Process process, TemporaryFolder folder, IPEndPoint address) => (_process, _folder, Address) = (process, folder, address);

    public IPEndPoint Address { get; }

    public static async Task<UnboundProcess> StartAsync(params string[] records)
    {
        var folder = new TemporaryFolder();
        var address = new IPEndPoint(IPAddress.Loopback, Loopback.FreePort());
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
              access-control: 127.0.0.0/8 allow
              max-udp-size: 4096
              local-zone: "test." static
            {string.Join('\n', lines)}
            remote-control:
              control-enable: no
            """);
        var start = new ProcessStartInfo("unbound", ["-d", "-c", folder["unbound.conf"]]) { RedirectStandardError = true };
        var unbound = new UnboundProcess(Process.Start(start)!, folder, address);
        await unbound.UntilReadyAsync();
        return unbound;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task UntilReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException(await _process.StandardError.ReadToEndAsync(patience.Token));
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(Address, patience.Token);
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
}
