using K8sRecorder.Benchmarks.Http.Cases;
using K8sRecorder.Benchmarks.Http.Peers;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>The target of every case: nginx that answers out of files and of its configuration.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _server;

    public int Port { get; } = Loopback.FreePort();

    public async Task StartAsync(BenchCase work, CancellationToken ct)
    {
        await File.WriteAllTextAsync(
            _folder["nginx.conf"],
            $$"""
            {{NginxPeer.Common(_folder)}}
            http {
            {{NginxPeer.CommonHttp(_folder)}}
                geo $dollar { default "$"; }
                sendfile off;
                open_file_cache max=4096;
                open_file_cache_valid 1h;
                types { }
                default_type application/json;
                server {
                    listen 127.0.0.1:{{Port}};
                    root {{_folder.Path}};
            {{work.Locations(_folder)}}
                }
            }
            """,
            ct);
        _server = await ServerProcess.StartAsync(
            Port, "nginx", ["-e", _folder["error.log"], "-p", _folder.Path, "-c", _folder["nginx.conf"]], ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }
}
