using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Init;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Redirect;

/// <summary>What an agent sends arrives at the recorder, at nobody in its place, and nowhere without it.</summary>
public sealed class LedTests(RecordingPod pod) : IClassFixture<RecordingPod>
{
    private const uint AgentUid = RedirectedPod.AgentUid, RecorderUid = RedirectedPod.RecorderUid;

    [NetworkTheory]
    [InlineData(NetworkPair.FarV4, 443, RedirectedPod.TcpPort)]
    [InlineData(NetworkPair.FarV4, 22, RedirectedPod.TcpPort)]
    [InlineData(NetworkPair.NodeV4, 10250, RedirectedPod.TcpPort)]
    [InlineData("169.254.169.254", 80, RedirectedPod.TcpPort)]
    [InlineData(NetworkPair.FarV4, 53, RedirectedPod.DnsPort)]
    [InlineData(NetworkPair.FarV6, 443, RedirectedPod.TcpPort)]
    [InlineData("64:ff9b::c000:201", 443, RedirectedPod.TcpPort)] // by NAT64 (RFC 6052) it would be 192.0.2.1
    [InlineData("2002:c000:201::1", 443, RedirectedPod.TcpPort)] // by 6to4
    [InlineData(NetworkPair.FarV6, 53, RedirectedPod.DnsPort)]
    public void Tcp_arrives_with_its_original_destination(string address, int port, int at)
    {
        var family = address.Contains(':') ? Family.V6 : Family.V4;
        using var listener = pod.Listen(RecorderUid, family.Loopback.ToString(), at);
        using var agent = pod.Connect(address, port);
        using var recorder = pod.Accept(RecorderUid, listener);

        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), port), family.OriginalDestinationOf(recorder));
        Assert.Equal(agent.LocalEndPoint, recorder.RemoteEndPoint);
    }

    [NetworkFact]
    public void V4_address_in_v6_clothes_is_a_v4_address()
    {
        using var listener = pod.Listen(RecorderUid, "127.0.0.1", RedirectedPod.TcpPort);
        using var agent = pod.Connect($"::ffff:{NetworkPair.FarV4}", 443);
        using var recorder = pod.Accept(RecorderUid, listener);

        Assert.Equal(new IPEndPoint(IPAddress.Parse(NetworkPair.FarV4), 443), Family.V4.OriginalDestinationOf(recorder));
    }

    [NetworkTheory]
    [InlineData(NetworkPair.FarV4, 443)]
    [InlineData(NetworkPair.FarV4, 53)]
    [InlineData(NetworkPair.FarV6, 443)]
    [InlineData(NetworkPair.NodeLinkLocal + "%eth0", 443)]
    public void Without_the_recorder_tcp_is_refused(string address, int port)
    {
        // Somebody is there, whom only the recorder reaches.
        using var far = pod.Pair.Outside.As(0, () => RedirectedPod.Listening(address.Contains(':') ? "::" : "0.0.0.0", port));

        Assert.Equal(SocketError.ConnectionRefused, pod.Agent.As(AgentUid, () => ErrorOf(address, port)));
        Assert.Equal(SocketError.Success, pod.Agent.As(RecorderUid, () => ErrorOf(address, port)));
    }

    /// <summary>The kernel remembers for a while how a connection went: not that it was the recorder's.</summary>
    [NetworkTheory]
    [InlineData("127.0.0.1", NetworkPair.FarV4, "0.0.0.0")]
    [InlineData("::1", NetworkPair.FarV6, "::")]
    public void A_port_that_the_recorder_was_refused_at_leads_the_agent_as_any(string loopback, string address, string any)
    {
        var source = new IPEndPoint(IPAddress.Parse(any), 30001);
        Assert.Equal(SocketError.ConnectionRefused, pod.Agent.As(RecorderUid, () => ErrorOf(address, 8444, source)));
        using var listener = pod.Listen(RecorderUid, loopback, RedirectedPod.TcpPort);

        Assert.Equal(SocketError.Success, pod.Agent.As(AgentUid, () => ErrorOf(address, 8444, source)));
    }

    [NetworkTheory]
    [InlineData("127.0.0.1", NetworkPair.FarV4)]
    [InlineData("::1", NetworkPair.FarV6)]
    public void What_the_recorder_wrote_before_it_closed_arrives(string loopback, string address)
    {
        using var listener = pod.Listen(RecorderUid, loopback, RedirectedPod.TcpPort);
        using var agent = pod.Connect(address, 443);
        using (var recorder = pod.Accept(RecorderUid, listener))
        {
            recorder.SendBufferSize = 1 << 20;
            recorder.Send(new byte[200_000]);
        }

        Assert.Equal(200_000, LengthOf(agent));
    }

    [NetworkFact]
    public void What_the_recorder_sent_out_before_it_closed_arrives()
    {
        using var far = pod.Pair.Outside.As(0, () => RedirectedPod.Listening(NetworkPair.FarV4, 8443));
        using (var recorder = pod.Connect(NetworkPair.FarV4, 8443, RecorderUid))
        {
            recorder.SendBufferSize = 1 << 20;
            recorder.Send(new byte[200_000]);
        }
        using var accepted = RedirectedPod.Waiting(far).Accept();

        Assert.Equal(200_000, LengthOf(accepted));
    }

    [NetworkTheory]
    [InlineData("127.0.0.1", NetworkPair.FarV4)]
    [InlineData("::1", NetworkPair.FarV6)]
    public void Dns_by_datagram_is_answered_by_the_recorder(string loopback, string address)
    {
        var server = IPAddress.Parse(address);
        using var recorder = pod.Datagrams(RecorderUid, server.AddressFamily);
        recorder.Bind(new IPEndPoint(IPAddress.Parse(loopback), RedirectedPod.DnsPort));
        using var agent = pod.Datagrams(AgentUid, server.AddressFamily);
        agent.SendTo("ask"u8, new IPEndPoint(server, 53));
        EndPoint from = new IPEndPoint(server, 0);
        RedirectedPod.Waiting(recorder).ReceiveFrom(new byte[16], ref from);
        recorder.SendTo("tell"u8, from);
        RedirectedPod.Waiting(agent).ReceiveFrom(new byte[16], ref from);

        Assert.Equal(new IPEndPoint(server, 53), from);
    }

    /// <summary>As musl asks: all resolvers at once, by one socket. After the redirect both look the same but for their source.</summary>
    [NetworkTheory]
    [InlineData("127.0.0.1", NetworkPair.FarV4, NetworkPair.NodeV4)]
    [InlineData("::1", NetworkPair.FarV6, NetworkPair.NodeV6)]
    public void Resolvers_asked_by_one_socket_stay_apart(string loopback, string first, string second)
    {
        IPEndPoint[] servers = [new(IPAddress.Parse(first), 53), new(IPAddress.Parse(second), 53)];
        using var recorder = pod.Datagrams(RecorderUid, servers[0].AddressFamily);
        recorder.Bind(new IPEndPoint(IPAddress.Parse(loopback), RedirectedPod.DnsPort));
        using var agent = pod.Datagrams(AgentUid, servers[0].AddressFamily);
        for (var i = 0; i < 2; i++)
            agent.SendTo([(byte)i], servers[i]);
        for (var i = 0; i < 2; i++)
        {
            var question = new byte[1];
            EndPoint from = new IPEndPoint(servers[0].Address, 0);
            RedirectedPod.Waiting(recorder).ReceiveFrom(question, ref from);
            recorder.SendTo(question, from);
        }
        for (var i = 0; i < 2; i++)
        {
            var answer = new byte[1];
            EndPoint from = new IPEndPoint(servers[0].Address, 0);
            RedirectedPod.Waiting(agent).ReceiveFrom(answer, ref from);
            Assert.Equal(servers[answer[0]], from);
        }
    }

    [NetworkFact]
    public void Destinations_of_one_source_port_stay_apart()
    {
        using var listener = pod.Listen(RecorderUid, "127.0.0.1", RedirectedPod.TcpPort);
        string[] destinations = [NetworkPair.FarV4, NetworkPair.NodeV4];
        var sockets = destinations.Select(address => pod.Agent.As(AgentUid, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Parse(NetworkPair.PodV4), 41_998));
            socket.Connect(IPAddress.Parse(address), 443);
            return socket;
        })).ToList();
        var originals = new List<string>();
        foreach (var socket in sockets)
        {
            using var recorder = pod.Accept(RecorderUid, listener);
            originals.Add(Family.V4.OriginalDestinationOf(recorder)!.Address.ToString());
            socket.Dispose();
        }

        Assert.Equal(destinations, originals);
    }

    [NetworkTheory]
    [InlineData("127.0.0.1", NetworkPair.FarV4, RedirectedPod.TcpPort, 443)]
    [InlineData("::1", NetworkPair.FarV6, RedirectedPod.TcpPort, 443)]
    [InlineData("127.0.0.1", NetworkPair.FarV4, RedirectedPod.DnsPort, 53)]
    public void Squatter_gets_no_connection(string loopback, string address, int at, int port)
    {
        using var squatter = pod.Listen(AgentUid, loopback, at);

        // The first try is lost with the squatter's answer; the second, of the kernel, is refused.
        Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError(address, port));
        Assert.False(squatter.Poll(0, SelectMode.SelectRead));
    }

    [NetworkFact]
    public void Recorder_is_found_again_after_a_squatter()
    {
        var from = new IPEndPoint(IPAddress.Parse(NetworkPair.PodV4), 41_999);
        using (pod.Listen(AgentUid, "127.0.0.1", RedirectedPod.TcpPort))
            Assert.Equal(SocketError.ConnectionRefused, pod.Agent.As(AgentUid, () => ErrorOf(NetworkPair.FarV4, 443, from)));
        using var listener = pod.Listen(RecorderUid, "127.0.0.1", RedirectedPod.TcpPort);

        Assert.Equal(SocketError.Success, pod.Agent.As(AgentUid, () => ErrorOf(NetworkPair.FarV4, 443, from)));
    }

    [NetworkFact]
    public void Squatter_answers_no_dns()
    {
        using var squatter = pod.Datagrams(AgentUid, AddressFamily.InterNetwork);
        squatter.Bind(new IPEndPoint(IPAddress.Loopback, RedirectedPod.DnsPort));
        using var agent = pod.Datagrams(AgentUid, AddressFamily.InterNetwork);
        agent.SendTo("ask"u8, new IPEndPoint(IPAddress.Parse(NetworkPair.FarV4), 53));
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        RedirectedPod.Waiting(squatter).ReceiveFrom(new byte[16], ref from);

        Assert.Throws<SocketException>(() => squatter.SendTo("tell"u8, from));
    }

    [NetworkTheory]
    [InlineData("127.0.0.1", RedirectedPod.TcpPort)]
    [InlineData("127.0.0.1", RedirectedPod.DnsPort)]
    [InlineData("127.0.0.1", RedirectedPod.InboundPort)]
    [InlineData("::1", RedirectedPod.TcpPort)]
    public void Straight_to_the_recorder_is_refused(string loopback, int port)
    {
        using var listener = pod.Listen(RecorderUid, loopback, port);

        Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError(loopback, port));
    }

    [NetworkTheory]
    [InlineData(RecorderUid, 15432)]
    [InlineData(AgentUid, 8080)]
    [InlineData(RecorderUid, 15021)]
    public void Loopback_is_left_alone(uint uid, int port)
    {
        using var listener = pod.Listen(uid, "127.0.0.1", port);

        Assert.Equal(SocketError.Success, pod.ConnectError("127.0.0.1", port));
    }

    [NetworkFact]
    public void Own_port_is_answered_by_nobody_else()
    {
        using var squatter = pod.Listen(AgentUid, "127.0.0.1", 15021);

        Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError("127.0.0.1", 15021));
    }

    private static SocketError ErrorOf(string address, int port, IPEndPoint? from = null)
    {
        var to = IPAddress.Parse(address);
        using var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        // Reset at its end, so that the same source can be used again at once.
        socket.LingerState = new LingerOption(true, 0);
        try
        {
            if (from is not null)
                socket.Bind(from);
            socket.Connect(to, port);
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }

    private static int LengthOf(Socket from)
    {
        var buffer = new byte[65536];
        var sum = 0;
        while (RedirectedPod.Waiting(from).Receive(buffer) is > 0 and var length)
            sum += length;
        return sum;
    }
}
