using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Testing;

namespace K8sRecorder.Soak.SidecarKill.Grounds;

/// <summary>Clients know the sidecar and connect to its listeners.</summary>
internal sealed class ListenerGround : Ground
{
    private readonly Road _http = NewRoad();
    private readonly Road _raw = NewRoad();

    public override IReadOnlyList<Road> Http => [_http];

    public override IReadOnlyList<Road> Raw => [_raw];

    public override TimeSpan BetweenTries { get; } = TimeSpan.FromMilliseconds(5);

    public override string Policy => $$"""
          targets:
            - { name: web, listen: "{{_http.To}}", protocol: HTTP, upstream: { address: "{{_http.Listener.LocalEndPoint}}" } }
            - { name: raw, listen: "{{_raw.To}}", protocol: TCP, upstream: { address: "{{_raw.Listener.LocalEndPoint}}" } }
        """;

    public override ProcessStartInfo Sidecar(string executable, IReadOnlyList<string> arguments) => new(executable, arguments);

    public override Socket NewSocket(Road road) => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public override void Dispose()
    {
        // the targets own their listeners
    }

    private static Road NewRoad()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Road(new IPEndPoint(IPAddress.Loopback, Loopback.FreePort()), listener);
    }
}
