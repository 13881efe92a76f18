namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>Everybody who can take part, by name.</summary>
internal static class PeerList
{
    public static Peer Create(string name, int upstream, string sidecar) => name switch
    {
        "direct" => new DirectPeer(upstream),
        "nginx" => new NginxPeer(),
        "haproxy" => new HaProxyPeer(),
        "yarp" => new YarpPeer(),
        "mitmdump" => new MitmdumpPeer(),
        "strict" => new SidecarPeer("Strict", sidecar),
        "buffered" => new SidecarPeer("Buffered", sidecar),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such peer"),
    };
}
