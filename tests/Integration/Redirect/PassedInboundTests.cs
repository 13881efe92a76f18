using System.Net.Sockets;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Redirect;

/// <summary>Where connections from outside pass, they are counted, and open nothing else.</summary>
public sealed class PassedInboundTests(PassingPod pod) : IClassFixture<PassingPod>
{
    private const uint AgentUid = RedirectedPod.AgentUid;

    [NetworkTheory]
    [InlineData("0.0.0.0", NetworkPair.PodV4)]
    [InlineData("::", NetworkPair.PodV6)]
    public void Connection_from_outside_reaches_the_agent_and_is_counted(string any, string address)
    {
        using var listener = pod.Listen(AgentUid, any, 8080);
        var (connections, answers) = (pod.Counter("inet recorder", "inbound"), pod.Counter("inet recorder", "inbound_answers"));
        using var caller = pod.Pair.Outside.As(0, () => RedirectedPod.Connecting(address, 8080));
        using (var agent = pod.Accept(AgentUid, listener))
            agent.Send("carried out"u8);
        Assert.Equal(11, RedirectedPod.Waiting(caller).Receive(new byte[32]));

        Assert.Equal(connections + 1, pod.Counter("inet recorder", "inbound"));
        Assert.True(pod.Counter("inet recorder", "inbound_answers") >= answers + 2);
    }

    [NetworkFact]
    public void It_is_named_as_a_hole()
    {
        Assert.Equal(0, pod.First.ExitCode);
        Assert.Contains("open       inbound: ", pod.First.Output, StringComparison.Ordinal);
        Assert.EndsWith("BypassProof=False\n", pod.First.Output, StringComparison.Ordinal);
    }

    [NetworkFact]
    public void Nothing_else_passes()
    {
        using var listener = pod.Listen(AgentUid, "0.0.0.0", 8080);
        using var caller = pod.Pair.Outside.As(0, () => RedirectedPod.Connecting(NetworkPair.PodV4, 8080));

        Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError(NetworkPair.FarV4, 443));
        Assert.False(pod.GetsOut(canary => Assert.Equal(105, pod.Agent.As(AgentUid, Rights.NetRaw, () =>
            RawSocket.Send(RawSocket.Packet, RawSocket.Datagram, 0, RawSocket.PacketAddress("eth0", 0x800, pod.NodeHardware), canary)))));
    }
}
