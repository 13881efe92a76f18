using System.Net;
using System.Net.Sockets;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Redirect;

/// <summary>Every other way out of an agent's network, tried for real while somebody outside looks at the cable.</summary>
public sealed class RefusedTests(RecordingPod pod) : IClassFixture<RecordingPod>
{
    private const uint AgentUid = RedirectedPod.AgentUid, RecorderUid = RedirectedPod.RecorderUid;
    private const int Ipv4Frames = 0x0800, Ipv6Frames = 0x86dd, ArpFrames = 0x0806, LocalFrames = 0x88b5;
    private const int NoBufferSpace = 105;

    [NetworkFact]
    public void Cable_is_looked_at()
    {
        using var recorder = pod.Datagrams(RecorderUid, AddressFamily.InterNetwork);

        Assert.True(pod.GetsOut(canary => recorder.SendTo(canary, new IPEndPoint(IPAddress.Parse(NetworkPair.FarV4), 443))));
    }

    [NetworkTheory]
    [InlineData(NetworkPair.FarV4, 443)]
    [InlineData(NetworkPair.FarV4, 4242)]
    [InlineData(NetworkPair.FarV4, 853)]
    [InlineData(NetworkPair.FarV6, 443)]
    [InlineData(NetworkPair.FarV6, 4242)]
    [InlineData(NetworkPair.NodeV4, 67)]
    [InlineData(NetworkPair.NodeLinkLocal + "%eth0", 443)]
    [InlineData(NetworkPair.NodeLinkLocal + "%eth0", 53)]
    [InlineData("ff02::fb%eth0", 5353)]
    [InlineData("224.0.0.251", 5353)]
    [InlineData("10.77.0.255", 9)]
    public void Datagram_is_refused_at_once(string address, int port)
    {
        var to = IPAddress.Parse(address);
        using var socket = pod.Datagrams(AgentUid, to.AddressFamily);
        if (to.AddressFamily == AddressFamily.InterNetwork)
            socket.EnableBroadcast = true;

        Assert.False(pod.GetsOut(canary => Assert.Throws<SocketException>(() => socket.SendTo(canary, new IPEndPoint(to, port)))));
    }

    [NetworkTheory]
    [InlineData(136)] // UDP-Lite
    [InlineData(132)] // SCTP
    [InlineData(33)] // DCCP
    [InlineData(4)] // IP in IP
    [InlineData(47)] // GRE
    [InlineData(253)] // nobody's
    public void Other_protocol_is_refused_at_once(int protocol)
    {
        Assert.False(pod.GetsOut(canary => Assert.NotEqual(0, pod.Agent.As(AgentUid, Rights.NetRaw, () =>
            RawSocket.Send(RawSocket.Internet, RawSocket.Raw, protocol, RawSocket.Address(NetworkPair.FarV4), [.. new byte[8], .. canary])))));
    }

    [NetworkFact]
    public void Icmp_echo_is_refused_at_once()
    {
        Assert.False(pod.GetsOut(canary => Assert.NotEqual(0, pod.Agent.As(AgentUid, Rights.NetRaw, () =>
            RawSocket.Send(RawSocket.Internet, RawSocket.Raw, Frames.Icmp, RawSocket.Address(NetworkPair.FarV4), Frames.Echo(canary))))));
    }

    /// <summary>Without any right: container runtimes open these sockets to everybody (net.ipv4.ping_group_range).</summary>
    [NetworkTheory]
    [InlineData(RawSocket.Internet, Frames.Icmp, 8, NetworkPair.FarV4)]
    [InlineData(RawSocket.InternetV6, 58, 128, NetworkPair.FarV6)]
    public void Echo_of_a_ping_socket_is_refused(int family, int protocol, int type, string address)
    {
        pod.Agent.Run("sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647");

        Assert.False(pod.GetsOut(canary => pod.Agent.As(AgentUid, Rights.None, () =>
            RawSocket.Send(family, RawSocket.Datagram, protocol, RawSocket.Address(address), [(byte)type, 0, 0, 0, 0, 1, 0, 1, .. canary]))));
    }

    [NetworkTheory]
    [InlineData(NetworkPair.FarV6, 128)] // echo request
    [InlineData(NetworkPair.FarV6, 135)] // neighbour solicitation, with anything in it, to anybody
    [InlineData("ff02::1", 135)]
    [InlineData("ff02::2", 133)]
    [InlineData("ff02::16", 143)]
    public void Icmp_of_v6_is_refused_at_once(string address, int type)
    {
        Assert.False(pod.GetsOut(canary => Assert.NotEqual(0, pod.Agent.As(AgentUid, Rights.NetRaw, () =>
            RawSocket.Send(RawSocket.InternetV6, RawSocket.Raw, 58, RawSocket.Address(address, "eth0"), [(byte)type, .. new byte[7], .. canary])))));
    }

    [NetworkTheory]
    [InlineData(0)]
    [InlineData(20)] // PACKET_QDISC_BYPASS
    public void Frame_of_a_packet_socket_is_dropped(int option)
    {
        Assert.False(pod.GetsOut(canary => Assert.Equal(NoBufferSpace, pod.Agent.As(AgentUid, Rights.NetRaw, () =>
        {
            byte[] frame = [.. pod.NodeHardware, .. pod.PodHardware, 8, 0, .. UdpFrom(NetworkPair.PodV4, canary)];
            (int, int, int)[] options = option == 0 ? [] : [(263, option, 1)];
            return RawSocket.Send(RawSocket.Packet, RawSocket.Raw, 0, RawSocket.PacketAddress("eth0", Ipv4Frames), frame, options);
        }))));
    }

    [NetworkTheory]
    [InlineData(Ipv4Frames)]
    [InlineData(Ipv6Frames)]
    [InlineData(ArpFrames)]
    [InlineData(LocalFrames)]
    public void Datagram_of_a_packet_socket_is_dropped(int etherType)
    {
        Assert.False(pod.GetsOut(canary => Assert.Equal(NoBufferSpace, pod.Agent.As(AgentUid, Rights.NetRaw, () =>
            RawSocket.Send(RawSocket.Packet, RawSocket.Datagram, 0, RawSocket.PacketAddress("eth0", etherType, pod.NodeHardware), UdpFrom(NetworkPair.PodV4, canary))))));
    }

    [NetworkFact]
    public void Mark_opens_nothing()
    {
        // Since 5.17 CAP_NET_RAW is enough to set one.
        Assert.False(pod.GetsOut(canary => Assert.Equal(NoBufferSpace, pod.Agent.As(AgentUid, Rights.NetRaw, () =>
            RawSocket.Send(
                RawSocket.Packet, RawSocket.Datagram, 0, RawSocket.PacketAddress("eth0", Ipv4Frames, pod.NodeHardware), UdpFrom(NetworkPair.PodV4, canary),
                (1, 36, 0x5ec0de))))));
    }

    [NetworkFact]
    public void Ip_packet_of_its_own_making_is_refused_at_once()
    {
        Assert.False(pod.GetsOut(canary => Assert.NotEqual(0, pod.Agent.As(AgentUid, Rights.NetRaw, () =>
            RawSocket.Send(RawSocket.Internet, RawSocket.Raw, 255, RawSocket.Address(NetworkPair.FarV4), UdpFrom(NetworkPair.PodV4, canary))))));
    }

    [NetworkFact]
    public void Segment_of_a_connection_of_the_recorder_is_refused_at_once()
    {
        using var far = pod.Pair.Outside.As(0, () => RedirectedPod.Listening(NetworkPair.FarV4, 8443));
        using var recorder = pod.Connect(NetworkPair.FarV4, 8443, RecorderUid);
        var port = ((IPEndPoint)recorder.LocalEndPoint!).Port;

        Assert.False(pod.GetsOut(canary => Assert.NotEqual(0, pod.Agent.As(AgentUid, Rights.NetRaw, () =>
        {
            var packet = Frames.Ipv4(NetworkPair.PodV4, NetworkPair.FarV4, Frames.Tcp, Frames.Segment(NetworkPair.PodV4, port, NetworkPair.FarV4, 8443, canary));
            return RawSocket.Send(RawSocket.Internet, RawSocket.Raw, 255, RawSocket.Address(NetworkPair.FarV4), packet);
        }))));
    }

    /// <summary>Put on lo, it arrives as if from outside; where the pod forwards (this one does) it would go on to where it is addressed to.</summary>
    [NetworkTheory]
    [InlineData("10.77.0.9")]
    [InlineData(NetworkPair.PodV4)]
    [InlineData("127.0.0.1")]
    public void Frame_on_lo_is_not_forwarded(string from)
    {
        Assert.False(pod.GetsOut(canary => OnLo(UdpFrom(from, canary))));
    }

    /// <summary>The kernel answers the address that the packet names, with what was in it.</summary>
    [NetworkFact]
    public void Echo_on_lo_is_not_answered_outside()
    {
        Assert.False(pod.GetsOut(canary => OnLo(Frames.Ipv4(NetworkPair.FarV4, NetworkPair.PodV4, Frames.Icmp, Frames.Echo(canary)))));
    }

    [NetworkFact]
    public void Error_about_a_frame_on_lo_stays_inside()
    {
        Assert.False(pod.GetsOut(canary => OnLo(Frames.Ipv4(NetworkPair.FarV4, NetworkPair.PodV4, Frames.Udp, Frames.UdpOf(5, 6, canary)))));
    }

    [NetworkFact]
    public void Answer_on_lo_in_the_name_of_a_resolver_does_not_reach_the_recorder()
    {
        using var resolver = pod.Pair.Outside.As(0, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        resolver.Bind(new IPEndPoint(IPAddress.Parse(NetworkPair.FarV4), 53));
        using var recorder = pod.Datagrams(RecorderUid, AddressFamily.InterNetwork);
        recorder.Connect(IPAddress.Parse(NetworkPair.FarV4), 53);
        recorder.Send("ask"u8);
        OnLo(Frames.Ipv4(NetworkPair.FarV4, NetworkPair.PodV4, Frames.Udp, Frames.UdpOf(53, ((IPEndPoint)recorder.LocalEndPoint!).Port, "lie"u8.ToArray())));
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        RedirectedPod.Waiting(resolver).ReceiveFrom(new byte[16], ref from);
        resolver.SendTo("truth"u8, from);

        Assert.Equal(5, RedirectedPod.Waiting(recorder).Receive(new byte[16]));
    }

    [NetworkFact]
    public void Socket_bound_to_lo_reaches_nobody_outside()
    {
        Assert.False(pod.GetsOut(canary => pod.Agent.As(AgentUid, Rights.None, () =>
            RawSocket.Send(RawSocket.Internet, RawSocket.Datagram, 0, [2, 0, 1, 187, 192, 0, 2, 1, .. new byte[8]], canary, (1, 62, 1))))); // SO_BINDTOIFINDEX lo
    }

    [NetworkFact]
    public void Rules_are_not_for_an_agent_to_flush()
    {
        string[][] kept = [["-all"], ["-all,+net_raw", "--ambient-caps", "+net_raw"]];
        foreach (var capabilities in kept)
        {
            var run = InitRun.Of(pod.Agent.Command("setpriv", ["--reuid", "65534", "--clear-groups", "--inh-caps", .. capabilities, "/usr/sbin/nft", "flush", "ruleset"]));
            Assert.Contains("Operation not permitted", run.Errors, StringComparison.Ordinal);
        }
        Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError(NetworkPair.FarV4, 443));
    }

    /// <summary>In a namespace of its own an agent may do everything, and reaches nobody from there.</summary>
    [NetworkFact]
    public void Namespaces_of_an_agents_own_lead_nowhere()
    {
        var run = InitRun.Of(pod.Agent.Command(
            "setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps", "-all", "unshare", "--user", "--map-root-user", "--net", "sh", "-c",
            $"/usr/sbin/nft flush ruleset; ip link set lo up; ip route add default dev lo; exec 3<>/dev/tcp/{NetworkPair.FarV4}/443"));

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("chain refuse", pod.Agent.Run("nft", "list", "ruleset"), StringComparison.Ordinal);
        Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError(NetworkPair.FarV4, 443));
    }

    private void OnLo(byte[] packet) => Assert.Equal(0, pod.Agent.As(AgentUid, Rights.NetRaw, () =>
        RawSocket.Send(RawSocket.Packet, RawSocket.Raw, 0, RawSocket.PacketAddress("lo", Ipv4Frames), [.. new byte[12], 8, 0, .. packet])));

    private static byte[] UdpFrom(string address, byte[] payload) =>
        Frames.Ipv4(address, NetworkPair.FarV4, Frames.Udp, Frames.UdpOf(4242, 4242, payload));
}
