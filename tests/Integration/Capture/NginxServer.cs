using System.Diagnostics;
using System.Net.Sockets;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>nginx at <see cref="World.Api"/>: TLS with both versions of HTTP, and plaintext, by IPv4 and IPv6; it has a repository of git.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private readonly Process _process;

    private NginxServer(Process process) => _process = process;

    public static async Task<NginxServer> StartAsync(NetworkNamespace network, WorldAuthority authority, string folder)
    {
        authority.Certify($"{folder}/api.crt", $"{folder}/api.key", "api.target.test", "v4.target.test", "v6.target.test");
        await File.WriteAllTextAsync($"{folder}/nginx.conf", $$"""
            daemon off; pid {{folder}}/nginx.pid; error_log {{folder}}/nginx.err; user root; worker_processes 1;
            events {}
            http {
              access_log off; default_type text/plain; keepalive_timeout 5s; ssl_protocols TLSv1.2 TLSv1.3;
              server {
                listen {{NetworkPair.FarV4}}:443 ssl http2; listen [{{NetworkPair.FarV6}}]:443 ssl http2;
                listen {{NetworkPair.FarV4}}:80; listen [{{NetworkPair.FarV6}}]:80;
                ssl_certificate {{folder}}/api.crt; ssl_certificate_key {{folder}}/api.key;
                location /repository.git { root {{folder}}; }
                location / { return 200 "hello by $server_protocol\n"; }
              }
            }
            """);
        var tip = new string('a', 40);
        Directory.CreateDirectory($"{folder}/repository.git/info");
        await File.WriteAllTextAsync($"{folder}/repository.git/info/refs", $"{tip}\trefs/heads/main\n");
        await File.WriteAllTextAsync($"{folder}/repository.git/HEAD", "ref: refs/heads/main\n");
        var server = new NginxServer(Process.Start(network.Command("nginx", "-p", folder, "-c", $"{folder}/nginx.conf", "-e", $"{folder}/nginx.err"))!);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                network.As(0, () => RedirectedPod.Connecting(NetworkPair.FarV6, 80)).Dispose();
                return server;
            }
            catch (SocketException)
            {
                Assert.False(server._process.HasExited, "nginx ended");
                await Task.Delay(20, patience.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // its worker ends with it only where it is asked to
        using var quit = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
