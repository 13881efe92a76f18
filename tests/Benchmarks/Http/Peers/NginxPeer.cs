using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>nginx as a reverse proxy: a worker a core, connections to the upstream kept, no access log.</summary>
internal sealed class NginxPeer() : ConfiguredPeer("nginx")
{
    /// <summary>What every nginx here starts with: in the foreground, all of its files in its own folder, bodies kept in memory.</summary>
    public static string Common(TemporaryFolder folder) =>
        $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes auto;
        pid {{folder["pid"]}};
        error_log {{folder["error.log"]}};
        events { worker_connections 1024; }

        """;

    /// <summary>The same inside <c>http</c>.</summary>
    public static string CommonHttp(TemporaryFolder folder) =>
        $$"""
            access_log off;
            keepalive_requests 1000000000;
            client_max_body_size 0;
            client_body_buffer_size 1m;
            client_body_temp_path {{folder["body"]}};
            proxy_temp_path {{folder["proxy"]}};
            fastcgi_temp_path {{folder["fastcgi"]}};
            uwsgi_temp_path {{folder["uwsgi"]}};
            scgi_temp_path {{folder["scgi"]}};

        """;

    protected override (string Command, string[] Arguments) CommandLine(TemporaryFolder folder, int upstream)
    {
        File.WriteAllText(
            folder["nginx.conf"],
            $$"""
            {{Common(folder)}}
            http {
            {{CommonHttp(folder)}}
                upstream target { server 127.0.0.1:{{upstream}}; keepalive 64; keepalive_requests 1000000000; }
                server {
                    listen 127.0.0.1:{{Port}};
                    location / {
                        proxy_pass http://target;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_set_header Host $http_host;
                        proxy_buffer_size 16k;
                        proxy_buffers 8 16k;
                    }
                }
            }
            """);
        return ("nginx", ["-e", folder["error.log"], "-p", folder.Path, "-c", folder["nginx.conf"]]);
    }
}
