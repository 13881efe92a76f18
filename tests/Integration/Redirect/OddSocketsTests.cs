using System.Net;
using System.Net.Sockets;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Redirect;

/// <summary>
/// Sockets that few know of, tried for real by the hundred while somebody outside looks at the cable: nothing may go to whom they mean. A kernel that
/// has no such socket refuses it by itself.
/// </summary>
public sealed class OddSocketsTests(RecordingPod pod) : IClassFixture<RecordingPod>
{
    private const uint AgentUid = RedirectedPod.AgentUid, RecorderUid = RedirectedPod.RecorderUid;
    private const int SocketLevel = 1, IpLevel = 0, Ipv6Level = 41, NonBlocking = 0x800;

    private static readonly string[] Far = [NetworkPair.FarV4, NetworkPair.FarV6];

    /// <summary>Without any right: UDP-Lite, SCTP, DCCP, MPTCP, SMC, RxRPC, L2TP and whatever else has a number.</summary>
    [NetworkFact]
    public void No_protocol_of_a_socket_gets_out()
    {
        int[] families = [RawSocket.Internet, RawSocket.InternetV6, 21, 30, 33, 43]; // RDS, TIPC, RxRPC, SMC
        int[] protocols = [0, 1, 6, 17, 33, 46, 47, 50, 51, 58, 89, 103, 108, 115, 132, 136, 255, 256, 262];
        var frames = pod.FramesWhile(() => pod.Agent.As(AgentUid, Rights.None, () =>
        {
            foreach (var family in families)
                foreach (var type in Enumerable.Range(1, 6))
                    foreach (var protocol in protocols)
                        foreach (var to in Far)
                            Try(family, type, protocol, to);
            return 0;
        }));

        AssertNothingFor(frames, Far);
    }

    /// <summary>With CAP_NET_RAW: every number of a protocol, GRE, IP in IP, 6in4, IGMP, ESP, OSPF among them.</summary>
    [NetworkFact]
    public void No_number_of_a_protocol_gets_out()
    {
        var frames = pod.FramesWhile(() => pod.Agent.As(AgentUid, Rights.NetRaw, () =>
        {
            for (var protocol = 0; protocol < 256; protocol++)
            {
                RawSocket.Send(RawSocket.Internet, RawSocket.Raw | NonBlocking, protocol, RawSocket.Address(NetworkPair.FarV4), new byte[64]);
                RawSocket.Send(RawSocket.InternetV6, RawSocket.Raw | NonBlocking, protocol, RawSocket.Address(NetworkPair.FarV6), new byte[64]);
            }
            return 0;
        }));

        AssertNothingFor(frames, Far);
    }

    /// <summary>What a tunnel would have inside is not looked at: the packet around it goes nowhere.</summary>
    [NetworkFact]
    public void No_packet_of_its_own_making_gets_out()
    {
        var datagram = Frames.UdpOf(4242, 4242, new byte[64]);
        var frames = pod.FramesWhile(() => pod.Agent.As(AgentUid, Rights.NetRaw, () =>
        {
            // fragments: the first, one in the middle and the last, of a datagram and of nothing
            foreach (var (flags, at) in new[] { (0x20, 0), (0x20, 9), (0, 9), (0x40, 0) })
            {
                var packet = Frames.Ipv4(NetworkPair.PodV4, NetworkPair.FarV4, Frames.Udp, datagram);
                (packet[6], packet[7]) = ((byte)flags, (byte)at);
                RawSocket.Send(RawSocket.Internet, RawSocket.Raw, 255, RawSocket.Address(NetworkPair.FarV4), packet);
            }
            // IPv6 with headers before what is carried: options, routing, fragment, mobility, HIP, shim6, and another IPv6
            foreach (var header in new byte[] { 0, 43, 44, 60, 135, 139, 140, 41, 4, 59 })
            {
                byte[] inner = [17, 0, 0, 0, 0, 0, 0, 1, .. datagram];
                byte[] packet = [0x60, 0, 0, 0, 0, (byte)inner.Length, header, 64, .. IPAddress.Parse(NetworkPair.PodV6).GetAddressBytes(), .. IPAddress.Parse(NetworkPair.FarV6).GetAddressBytes(), .. inner];
                RawSocket.Send(RawSocket.InternetV6, RawSocket.Raw, 255, RawSocket.Address(NetworkPair.FarV6), packet);
            }
            return 0;
        }));

        AssertNothingFor(frames, Far);
    }

    /// <summary>Options and flags that change the way of what is sent: source routes, marks, foreign senders, interfaces, headers of IPv6.</summary>
    [NetworkTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_option_of_a_socket_opens_a_way(bool hasNetRaw)
    {
        byte[] loose = [0x83, 7, 4, .. IPAddress.Parse(NetworkPair.FarV4).GetAddressBytes(), 0], strict = [0x89, .. loose[1..]], one = [1, 0, 0, 0];
        byte[] padding = [59, 0, 1, 4, 0, 0, 0, 0], routing = [59, 2, 2, 1, 0, 0, 0, 0, .. IPAddress.Parse(NetworkPair.FarV6).GetAddressBytes()];
        (int Level, int Name, byte[] Value)[] options =
        [
            (IpLevel, 4, loose), (IpLevel, 4, strict), (IpLevel, 19, one), (IpLevel, 15, one), (IpLevel, 50, [0, 0, 0, 2]), // IP_OPTIONS, IP_TRANSPARENT, IP_FREEBIND, IP_UNICAST_IF
            (SocketLevel, 36, BitConverter.GetBytes(0x5ec0de)), (SocketLevel, 36, BitConverter.GetBytes(0x539)), (SocketLevel, 36, BitConverter.GetBytes(RecorderUid)), // SO_MARK
            (SocketLevel, 25, "eth0\0"u8.ToArray()), (SocketLevel, 5, one), (SocketLevel, 12, BitConverter.GetBytes(6)), // SO_BINDTODEVICE, SO_DONTROUTE, SO_PRIORITY
            (Ipv6Level, 54, padding), (Ipv6Level, 59, padding), (Ipv6Level, 55, padding), (Ipv6Level, 57, routing), (Ipv6Level, 75, one), (Ipv6Level, 78, one),
        ];
        var tried = 0;
        var frames = pod.FramesWhile(() => pod.Agent.As(AgentUid, hasNetRaw ? Rights.NetRaw : Rights.None, () =>
        {
            foreach (var (level, name, value) in options)
                foreach (var type in new[] { RawSocket.Stream, RawSocket.Datagram })
                    foreach (var (to, from) in new[] { (NetworkPair.FarV4, "192.0.2.77"), (NetworkPair.FarV6, "2001:db8::77") })
                        foreach (var port in new[] { 53, 443 })
                            tried += TryWith(level, name, value, type, to, from, port) ? 1 : 0;
            return 0;
        }));

        Assert.True(tried > 40);
        Assert.DoesNotContain(frames, Frames.IsOfTransport); // to whomever
    }

    /// <summary>Bound to the cable, what is led to 127.0.0.1 would go there, with what is in it.</summary>
    [NetworkTheory]
    [InlineData("127.0.0.1", NetworkPair.FarV4)]
    [InlineData("::1", NetworkPair.FarV6)]
    public void Question_of_a_socket_bound_to_the_cable_does_not_go_along_it(string loopback, string address)
    {
        using var recorder = pod.Datagrams(RecorderUid, IPAddress.Parse(loopback).AddressFamily);
        recorder.Bind(new IPEndPoint(IPAddress.Parse(loopback), RedirectedPod.DnsPort));
        Assert.False(pod.GetsOut(canary => pod.Agent.As(AgentUid, Rights.None, () =>
        {
            using var socket = new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.SetRawSocketOption(SocketLevel, 25, "eth0\0"u8);
            try
            {
                return socket.SendTo(canary, new IPEndPoint(IPAddress.Parse(address), 53));
            }
            catch (SocketException)
            {
                return 0;
            }
        })));
    }

    /// <summary>Data in the first segment (RFC 7413), sent whether the server ever gave a cookie or not.</summary>
    [NetworkFact]
    public void Data_of_a_first_segment_stays_inside()
    {
        pod.Agent.Run("sysctl", "-qw", "net.ipv4.tcp_fastopen=5");
        Assert.False(pod.GetsOut(canary => pod.Agent.As(AgentUid, Rights.None, () =>
        {
            foreach (var to in Far)
            {
                var address = PortOf(RawSocket.Address(to), 443);
                var descriptor = RawSocket.Open(address[0], RawSocket.Stream | NonBlocking, 6);
                _ = RawSocket.SendTo(descriptor, canary, canary.Length, 0x20000000, address, address.Length); // MSG_FASTOPEN
                _ = RawSocket.Close(descriptor);
            }
            return 0;
        })));
    }

    /// <summary>All the same machine: the recorder's ports are not reached by another name of it.</summary>
    [NetworkTheory]
    [InlineData("0.0.0.0")]
    [InlineData("127.9.9.9")]
    [InlineData(NetworkPair.PodV4)]
    [InlineData("::")]
    [InlineData(NetworkPair.PodV6)]
    [InlineData("::ffff:127.0.0.1")]
    public void No_other_address_of_the_pod_leads_straight_to_the_recorder(string address)
    {
        foreach (var port in new[] { RedirectedPod.TcpPort, RedirectedPod.InboundPort, RedirectedPod.DnsPort })
        {
            using var v4 = pod.Listen(RecorderUid, "0.0.0.0", port);
            using var v6 = pod.Agent.As(RecorderUid, () =>
            {
                var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = false };
                listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
                listener.Listen();
                return listener;
            });
            Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError(address, port));
        }
    }

    /// <summary>The kernel asks for a neighbour only when something goes to it: a scan of addresses of the link says nothing there.</summary>
    [NetworkFact]
    public void Neighbours_are_not_asked_for()
    {
        byte[] v4 = [10, 77, 0, 99], v6 = [0, 0, 0x99];
        var frames = pod.FramesWhile(() => pod.Agent.As(AgentUid, Rights.None, () =>
        {
            foreach (var to in new[] { "10.77.0.99", "fd77::99" })
            {
                foreach (var type in new[] { RawSocket.Stream, RawSocket.Datagram })
                    Try(RawSocket.Address(to)[0], type, 0, to);
            }
            return 0;
        }));

        Assert.DoesNotContain(frames, frame => frame.AsSpan().IndexOf(v4) >= 0 || frame.AsSpan().IndexOf(v6) >= 0);
    }

    /// <summary>The kernel tells the link which groups are joined (IGMP, MLD): an address that anybody may choose.</summary>
    [NetworkFact]
    public void Groups_are_not_told()
    {
        var refused = pod.Counter("inet recorder", "refused");
        byte[] v4 = [239, 77, 7, 7], v6 = IPAddress.Parse("ff0e::7777:7777").GetAddressBytes();
        var frames = pod.FramesWhile(() =>
        {
            using var socket = pod.Agent.As(AgentUid, Rights.None, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(new IPAddress(v4), IPAddress.Parse(NetworkPair.PodV4)));
            using var socket6 = pod.Agent.As(AgentUid, Rights.None, () => new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp));
            var index = pod.Agent.As(AgentUid, () => BitConverter.ToInt32(RawSocket.PacketAddress("eth0", 0), 4));
            socket6.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(new IPAddress(v6), index));
            Assert.True(SpinWait.SpinUntil(() => pod.Counter("inet recorder", "refused") >= refused + 2, 20_000), "the kernel told nobody");
        });

        Assert.DoesNotContain(frames, frame => frame.AsSpan().IndexOf(v4) >= 0 || frame.AsSpan().IndexOf(v6) >= 0);
    }

    /// <summary>As if the table of connections had been full, and this one had been thrown out of it: what follows is led again.</summary>
    [NetworkFact]
    public void Connection_that_the_kernel_forgot_does_not_go_on_outside()
    {
        using var listener = pod.Listen(RecorderUid, "127.0.0.1", RedirectedPod.TcpPort);
        using var agent = pod.Connect(NetworkPair.FarV4, 443);
        using var recorder = pod.Accept(RecorderUid, listener);
        Assert.False(pod.GetsOut(canary =>
        {
            Assert.Equal(0, pod.Agent.As(0, ForgetConnections));
            agent.Send(canary);
            var arrived = new byte[canary.Length];
            Assert.Equal(canary.Length, RedirectedPod.Waiting(recorder).Receive(arrived));
            Assert.Equal(canary, arrived);
        }));
    }

    /// <summary>What the rules rest on: an agent without rights is no other uid.</summary>
    [NetworkFact]
    public void Recorders_uid_is_not_for_an_agent_to_take()
    {
        foreach (var rights in new[] { "-all", "-all,+net_raw" })
        {
            var run = InitRun.Of(pod.Agent.Command("setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps", rights, "--bounding-set", rights, "setpriv", "--reuid", "64532", "true"));
            Assert.NotEqual(0, run.ExitCode);
            Assert.Contains("Operation not permitted", run.Errors, StringComparison.Ordinal);
        }
    }

    private static int ForgetConnections()
    {
        // IPCTNL_MSG_CT_DELETE of all (linux/netfilter/nfnetlink_conntrack.h), with an answer
        byte[] delete = [20, 0, 0, 0, 2, 1, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var descriptor = RawSocket.Open(16, RawSocket.Raw, 12);
        var answer = new byte[256];
        _ = RawSocket.SendTo(descriptor, delete, delete.Length, 0, [16, 0, .. new byte[10]], 12);
        var length = (int)RawSocket.Receive(descriptor, answer, answer.Length, 0);
        _ = RawSocket.Close(descriptor);
        return length < 20 ? -1 : BitConverter.ToInt32(answer, 16);
    }

    private static void Try(int family, int type, int protocol, string to)
    {
        var address = PortOf(RawSocket.Address(to), 4242);
        var descriptor = RawSocket.Open(family, type | NonBlocking, protocol);
        if (descriptor < 0)
            return;
        _ = RawSocket.SendTo(descriptor, new byte[64], 64, 0x4000, address, address.Length); // connects by itself where it has to (SCTP)
        _ = RawSocket.Connect(descriptor, address, address.Length);
        _ = RawSocket.SendTo(descriptor, new byte[64], 64, 0x4000, [], 0);
        _ = RawSocket.Close(descriptor);
    }

    /// <summary>False: the option could not be set.</summary>
    private static bool TryWith(int level, int name, byte[] value, int type, string to, string from, int port)
    {
        var address = PortOf(RawSocket.Address(to), port);
        var descriptor = RawSocket.Open(address[0], type | NonBlocking, 0);
        var isSet = RawSocket.SetOption(descriptor, level, name, value, value.Length) == 0;
        if (isSet && name is 19 or 15 or 75 or 78)
            _ = RawSocket.Bind(descriptor, RawSocket.Address(from), RawSocket.Address(from).Length);
        _ = RawSocket.Connect(descriptor, address, address.Length);
        _ = RawSocket.SendTo(descriptor, new byte[64], 64, 0x4000, [], 0);
        _ = RawSocket.Close(descriptor);
        return isSet;
    }

    private static byte[] PortOf(byte[] address, int port)
    {
        (address[2], address[3]) = ((byte)(port >> 8), (byte)port);
        return address;
    }

    private static void AssertNothingFor(IReadOnlyList<byte[]> frames, string[] addresses)
    {
        foreach (var address in addresses)
        {
            var to = IPAddress.Parse(address).GetAddressBytes();
            Assert.DoesNotContain(frames, frame => Frames.IsIp(frame) && frame.AsSpan().IndexOf(to) >= 0);
        }
    }
}
