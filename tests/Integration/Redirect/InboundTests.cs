using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Init;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Redirect;

/// <summary>Connections into the pod go through the recorder.</summary>
public sealed class InboundTests(RecordingPod pod) : IClassFixture<RecordingPod>
{
    private const uint AgentUid = RedirectedPod.AgentUid, RecorderUid = RedirectedPod.RecorderUid;

    [NetworkTheory]
    [InlineData("0.0.0.0", NetworkPair.PodV4)]
    [InlineData("::", NetworkPair.PodV6)]
    public void Connection_from_outside_arrives_at_the_recorder(string any, string address)
    {
        using var agent = pod.Listen(AgentUid, any, 8080);
        using var recorder = pod.Listen(RecorderUid, any, RedirectedPod.InboundPort);
        var before = pod.Counter("inet recorder", "inbound");
        using var caller = pod.Pair.Outside.As(0, () => RedirectedPod.Connecting(address, 8080));
        using var accepted = pod.Accept(RecorderUid, recorder);

        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 8080), (any == "::" ? Family.V6 : Family.V4).OriginalDestinationOf(accepted));
        Assert.Equal(caller.LocalEndPoint, accepted.RemoteEndPoint);
        Assert.False(agent.Poll(0, SelectMode.SelectRead));
        Assert.Equal(before + 1, pod.Counter("inet recorder", "inbound"));
    }

    [NetworkFact]
    public void Recorder_reaches_the_agent_by_the_address_of_the_pod()
    {
        using var agent = pod.Listen(AgentUid, NetworkPair.PodV4, 8080);

        Assert.Equal(SocketError.Success, pod.ConnectError(NetworkPair.PodV4, 8080, RecorderUid));
    }

    [NetworkFact]
    public void Without_the_recorder_a_connection_from_outside_is_refused()
    {
        using var agent = pod.Listen(AgentUid, "0.0.0.0", 8080);

        Assert.Equal(SocketError.ConnectionRefused, FromOutside(NetworkPair.PodV4, 8080));
    }

    [NetworkFact]
    public void Squatter_gets_no_connection_from_outside()
    {
        using var squatter = pod.Listen(AgentUid, "0.0.0.0", RedirectedPod.InboundPort);

        Assert.Equal(SocketError.ConnectionRefused, FromOutside(NetworkPair.PodV4, 8080));
        Assert.False(squatter.Poll(0, SelectMode.SelectRead));
    }

    [NetworkTheory]
    [InlineData(RedirectedPod.TcpPort)]
    [InlineData(RedirectedPod.DnsPort)]
    [InlineData(RedirectedPod.InboundPort)]
    public void Straight_to_the_recorder_from_outside_is_refused(int port)
    {
        using var recorder = pod.Listen(RecorderUid, "0.0.0.0", port);

        Assert.Equal(SocketError.ConnectionRefused, FromOutside(NetworkPair.PodV4, port));
    }

    [NetworkFact]
    public void Own_port_is_reached_without_a_detour_and_answered_by_nobody_else()
    {
        using (var recorder = pod.Listen(RecorderUid, "0.0.0.0", 15021))
            Assert.Equal(SocketError.Success, FromOutside(NetworkPair.PodV4, 15021));
        using (var squatter = pod.Listen(AgentUid, "0.0.0.0", 15021))
            Assert.Equal(SocketError.ConnectionRefused, FromOutside(NetworkPair.PodV4, 15021));
    }

    [NetworkFact]
    public void Datagram_from_outside_does_not_reach_an_agent()
    {
        using var agent = pod.Datagrams(AgentUid, AddressFamily.InterNetwork);
        agent.Bind(new IPEndPoint(IPAddress.Any, 4242));
        using var caller = pod.Pair.Outside.As(0, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        caller.Connect(IPAddress.Parse(NetworkPair.PodV4), 4242);
        var before = pod.Counter("inet recorder", "inbound_refused");
        caller.Send("in"u8);

        // What is sent after it along the same cable was looked at after it.
        Assert.Equal(SocketError.ConnectionRefused, FromOutside(NetworkPair.PodV4, 4242));
        Assert.Equal(before + 1, pod.Counter("inet recorder", "inbound_refused"));
        Assert.False(agent.Poll(0, SelectMode.SelectRead));
    }

    private SocketError FromOutside(string address, int port) => pod.Pair.Outside.As(0, () =>
    {
        try
        {
            using var caller = RedirectedPod.Connecting(address, port);
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    });
}
