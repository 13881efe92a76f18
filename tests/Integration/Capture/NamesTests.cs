using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Sidecar.Tests.Dns;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>Names that lead elsewhere than they seem to, where everything is let through: nothing goes by a target's name that is not its, and no guard is got round.</summary>
[Collection(SharedRecording.Name)]
public sealed class NamesTests(RecordingCapture pod)
{
    private const string Forged = "198.51.100.66";

    /// <summary>Who puts a name of his own before a target's is not taken for it; what is forbidden there stays forbidden.</summary>
    [NetworkFact]
    public async Task Alias_of_the_agents_own_gains_nothing_of_a_target()
    {
        await using var names = new OddNames(pod);
        names.SayChain(World.App, "alias.own.odd.test", "app.target.test");
        Assert.Equal([World.App], (await names.AskAsync("alias.own.odd.test")).Addresses);

        Assert.Equal(HttpStatusCode.OK, await GetAsync(World.App, "alias.own.odd.test", "/aliased"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(World.App, "alias.own.odd.test", "/admin/aliased"));

        var request = await pod.RequestAsync("/aliased");
        Assert.Equal(("unmatched", $"{World.App}:80"), (request.Text("target"), request.Text("destination")));
        await pod.RecordAsync("guard.denied", record => record.Text("rule") == "no-admin" && record.Channel == Of("/admin/aliased"));
        Assert.False(pod.World.Server.Saw("/admin/aliased"));

        long? Of(string path) => pod.RequestAsync(path).GetAwaiter().GetResult().Channel;
    }

    /// <summary>Where nobody answers the recorder goes on to another address of the name, but not to a target that the agent did not connect to.</summary>
    [NetworkFact]
    public async Task Second_address_does_not_lead_round_a_guard_or_into_the_pod()
    {
        await using var names = new OddNames(pod);
        names.Say("two.own.odd.test", World.App, "127.0.0.1", World.Lines);
        await names.AskAsync("two.own.odd.test");
        using var own = pod.Listen(RedirectedPod.AgentUid, "127.0.0.1", 80);

        Assert.Equal(HttpStatusCode.BadGateway, await GetAsync(World.Lines, "two.own.odd.test", "/admin/by-another-way"));

        Assert.False(pod.World.Server.Saw("/admin/by-another-way"));
        Assert.False(own.Poll(0, SelectMode.SelectRead), "the recorder connected to its own pod");
        await pod.RequestAsync("/admin/by-another-way");
    }

    /// <summary>The recorder's ports take nothing from the recorder either.</summary>
    [NetworkFact]
    public async Task Second_address_does_not_lead_to_the_recorder()
    {
        await using var names = new OddNames(pod);
        names.Say("ports.own.odd.test", "127.0.0.1", NetworkPair.PodV4, World.Elsewhere);
        await names.AskAsync("ports.own.odd.test");
        foreach (var port in (int[])[RedirectedPod.TcpPort, RedirectedPod.DnsPort, RedirectedPod.InboundPort])
        {
            using var agent = pod.Connect(World.Elsewhere, port);
            agent.Send("\0\u001dto the recorder by the recorder"u8);
            agent.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, agent.Poll(30_000_000, SelectMode.SelectRead) ? await ReceivedAsync(agent) : -1);

            var opened = await pod.RecordAsync("channel.opened", record => record.Text("destination") == $"{World.Elsewhere}:{port}");
            Assert.Null(opened.Text("dialled"));
        }
    }

    /// <summary>A target's host said to another target's address, or behind its certificate, does not get round what is forbidden to it.</summary>
    [NetworkTheory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Guard_of_a_host_holds_behind_the_address_of_another_target(string scheme)
    {
        foreach (var (host, path) in ((string, string)[])[("unasked.many.odd.test", $"/secret/{scheme}"), ("unasked.many.odd.test", $"/admin/{scheme}")])
        {
            var (_, said) = await pod.RunAsync(
                "curl", ["-sS", "-w", " %{http_code}", "-H", $"Host: {host}", $"{scheme}://app.target.test{path}"],
                ("CURL_CA_BUNDLE", pod.Bundle(K8sRecorder.Sidecar.Trust.TrustBundle.PemName)));

            Assert.EndsWith(" 403", said, StringComparison.Ordinal);
            await pod.RequestAsync(path);
            Assert.False(pod.World.Server.Saw(path));
        }
    }

    /// <summary>Everybody gets the answer to his own question, and each is in the recording.</summary>
    [NetworkFact]
    public async Task Questions_of_many_with_one_id_and_one_name_are_answered_each_by_its_own()
    {
        const int Askers = 16;
        await using var names = new OddNames(pod);
        var given = 0;
        names.Say("raced.many.odd.test", asked => [Wire.Answer(asked).A($"198.51.100.{100 + Interlocked.Increment(ref given)}", ttl: 0).ToArray()]);

        var got = (await Task.WhenAll(Enumerable.Range(0, Askers).Select(_ => names.AskAsync("raced.many.odd.test", id: 0x4242)))).Select(answer => Assert.Single(answer.Addresses)).ToHashSet();

        Assert.Equal(Askers, got.Count);
        Assert.Equal(Askers, names.Resolver.Asked.Select(asked => asked.Port).Distinct().Count());
        foreach (var address in got)
            await pod.RecordAsync("dns.query", record => CapturePod.TextOf(record, "answers") == $"@ A {address}\n");
    }

    /// <summary>
    /// Forged before the answer: under a wrong id, for other names and types, from the resolver's neighbour, from another port of the resolver, and by the
    /// agent itself under the resolver's address, which knows id and port (it may look over our shoulder). And a second answer after the first.
    /// </summary>
    [NetworkFact]
    public async Task Answers_that_are_forged_or_late_are_nobodys()
    {
        await using var names = new OddNames(pod);
        using var neighbour = Outside(World.Attacker, 53);
        using var otherPort = Outside(World.OddResolver, 5353);
        var attempts = new ConcurrentQueue<int>();
        names.Say("spoofed.many.odd.test", asked =>
        {
            var port = names.Resolver.Asked.Last().Port;
            var forged = Wire.Answer(asked).A(Forged).ToArray();
            foreach (var socket in (Socket[])[neighbour, otherPort])
                socket.SendTo(forged, new IPEndPoint(IPAddress.Parse(NetworkPair.PodV4), port));
            var packet = Frames.Ipv4(World.OddResolver, NetworkPair.PodV4, Frames.Udp, Frames.UdpOf(53, port, forged));
            attempts.Enqueue(pod.Agent.As(RedirectedPod.AgentUid, Rights.NetRaw, () =>
                RawSocket.Send(RawSocket.Internet, RawSocket.Raw, 255, RawSocket.Address(NetworkPair.PodV4), packet)));
            var otherId = (byte[])forged.Clone();
            otherId[1] ^= 1;
            var otherType = (byte[])forged.Clone();
            otherType[12 + Wire.Labels("spoofed.many.odd.test").Length + 1] = 28;
            var otherName = (byte[])forged.Clone();
            otherName[13] ^= 1;
            var isQuestion = (byte[])forged.Clone();
            isQuestion[2] &= 0x7f;
            var otherCase = Wire.Answer(asked).A("198.51.100.1", ttl: 0).ToArray();
            otherCase[13] ^= 0x20;
            return [otherId, otherType, otherName, isQuestion, otherCase, forged];
        }).Say("after.many.odd.test", "198.51.100.2");

        using var agent = pod.Datagrams(RedirectedPod.AgentUid, AddressFamily.InterNetwork);
        await agent.ConnectAsync(IPAddress.Parse(World.OddResolver), 53);
        Assert.Equal(["198.51.100.1"], (await OddNames.AskAsync(agent, Wire.Question("spoofed.many.odd.test").ToArray())).Addresses);
        Assert.Equal(["198.51.100.2"], (await OddNames.AskAsync(agent, Wire.Question("after.many.odd.test").ToArray())).Addresses);

        Assert.Single(attempts);
        var asked = await pod.RecordAsync("dns.query", record => CapturePod.TextOf(record, "name") == "spoofed.many.odd.test");
        Assert.Equal("@ A 198.51.100.1\n", CapturePod.TextOf(asked, "answers"));
        await pod.RecordAsync("dns.query", record => CapturePod.TextOf(record, "name") == "after.many.odd.test");
        Assert.DoesNotContain(await pod.RecordsAsync(), record => record.Kind == "dns.query" && CapturePod.TextOf(record, "answers").Contains(Forged, StringComparison.Ordinal));
    }

    /// <summary>By its own hosts file a target's name leads the agent to somebody else: that is recorded as nobody's, and still not past the guard.</summary>
    [NetworkFact]
    public async Task Hosts_file_of_the_agents_own_makes_nobody_a_target()
    {
        using var files = new AgentFiles(pod, $"{World.Attacker} app.target.test\n{World.App} innocent.test\n");

        Assert.EndsWith(" 200", await CurlAsync("http://app.target.test/hosts-lie"), StringComparison.Ordinal);
        Assert.EndsWith(" 403", await CurlAsync("http://app.target.test/admin/hosts-lie"), StringComparison.Ordinal);
        Assert.EndsWith(" 200", await CurlAsync("http://innocent.test/hosts-alias"), StringComparison.Ordinal);
        Assert.EndsWith(" 403", await CurlAsync("http://innocent.test/admin/hosts-alias"), StringComparison.Ordinal);

        Assert.Equal(("unmatched", $"{World.Attacker}:80"), await WhereAsync("/hosts-lie"));
        Assert.Equal(("unmatched", $"{World.App}:80"), await WhereAsync("/hosts-alias"));
        Assert.False(pod.World.Server.Saw("/admin/hosts-"));
    }

    private Socket Outside(string address, int port) => pod.World.Network.As(0, () =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        return socket;
    });

    private async Task<(string? Target, string? Destination)> WhereAsync(string path)
    {
        var request = await pod.RequestAsync(path);
        return (request.Text("target"), request.Text("destination"));
    }

    private async Task<string> CurlAsync(string url) => (await pod.RunAsync("curl", ["-sS", "-o", "/dev/null", "-w", " %{http_code}", url])).Said;

    private async Task<HttpStatusCode> GetAsync(string address, string host, string path)
    {
        using var client = pod.Client(address, port: 80);
        using var answer = await client.GetAsync(new Uri($"http://{host}{path}"));
        return answer.StatusCode;
    }

    private static async Task<int> ReceivedAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[64]);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
