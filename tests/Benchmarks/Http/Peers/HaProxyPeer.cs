using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>HAProxy as a reverse proxy: a thread a core, connections to the upstream shared, no log.</summary>
internal sealed class HaProxyPeer() : ConfiguredPeer("haproxy")
{
    protected override (string Command, string[] Arguments) CommandLine(TemporaryFolder folder, int upstream)
    {
        File.WriteAllText(
            folder["haproxy.cfg"],
            $"""
            global
                maxconn 1024
            defaults
                mode http
                timeout connect 10s
                timeout client 10m
                timeout server 10m
                option http-keep-alive
                http-reuse always
            frontend agents
                bind 127.0.0.1:{Port}
                default_backend target
            backend target
                server target 127.0.0.1:{upstream}

            """);
        return ("haproxy", ["-db", "-f", folder["haproxy.cfg"]]);
    }
}
