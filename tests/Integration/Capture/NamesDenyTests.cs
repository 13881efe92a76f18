using System.Net;
using System.Net.Sockets;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Sidecar.Tests.Dns;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>Names that lead elsewhere than they seem to, under a policy that lets only targets through.</summary>
[Collection(SharedDenying.Name)]
public sealed class NamesDenyTests(DenyingCapture pod)
{
    /// <summary>The name that was asked for is the target's, wherever its aliases lead; what stands between is nobody's.</summary>
    [NetworkFact]
    public async Task Aliases_of_a_target_lead_to_it_and_are_no_targets_themselves()
    {
        await using var names = new OddNames(pod);
        names.SayChain(World.Elsewhere, "chained.many.odd.test", "edge.cdn.odd.test", "edge-7.cdn.odd.test");
        Assert.Equal([World.Elsewhere], (await names.AskAsync("chained.many.odd.test")).Addresses);

        Assert.Equal(HttpStatusCode.OK, await GetAsync(World.Elsewhere, "chained.many.odd.test", "/chained"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(World.Elsewhere, "edge.cdn.odd.test", "/between"));

        Assert.Equal("many", (await pod.RequestAsync("/chained")).Text("target"));
        Assert.Equal("unmatched", (await pod.RequestAsync("/between")).Text("target"));
        Assert.False(pod.World.Server.Saw("/between"));
        var asked = await pod.RecordAsync("dns.query", record => CapturePod.TextOf(record, "name") == "chained.many.odd.test");
        Assert.Equal("@ CNAME edge.cdn.odd.test\nedge.cdn.odd.test CNAME edge-7.cdn.odd.test\nedge-7.cdn.odd.test A 192.0.2.10\n", CapturePod.TextOf(asked, "answers"));
    }

    /// <summary>What leads in a circle, or further than a resolver goes, leads nowhere.</summary>
    [NetworkFact]
    public async Task Aliases_without_an_end_lead_nowhere()
    {
        await using var names = new OddNames(pod);
        names.SayChain(World.Elsewhere, ["long.many.odd.test", .. Enumerable.Range(0, 50).Select(i => $"n{i}.odd.test")])
            .Say("loop.many.odd.test", asked => [Wire.Answer(asked)
                .Record(5, Wire.Labels("back.odd.test")).Record("back.odd.test", 5, Wire.Labels("loop.many.odd.test")).A("elsewhere.odd.test", World.Elsewhere).ToArray()])
            .Say("self.many.odd.test", asked => [Wire.Answer(asked).Record(5, Wire.Labels("self.many.odd.test")).A("elsewhere.odd.test", World.Elsewhere).ToArray()])
            .Say("aside.many.odd.test", asked => [Wire.Answer(asked).A("elsewhere.odd.test", World.Elsewhere).Record("aside.many.odd.test", 1, [192, 0, 2, 10], section: 10).ToArray()]);
        foreach (var name in (string[])["long.many.odd.test", "loop.many.odd.test", "self.many.odd.test", "aside.many.odd.test"])
        {
            Assert.Equal(0, (await names.AskAsync(name)).Rcode);

            Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(World.Elsewhere, name, $"/endless-{name}"));
            Assert.Equal("unmatched", (await pod.RequestAsync($"/endless-{name}")).Text("target"));
            await pod.RecordAsync("dns.query", record => CapturePod.TextOf(record, "name") == name && CapturePod.TextOf(record, "answers").Contains(World.Elsewhere, StringComparison.Ordinal));
        }
        Assert.False(pod.World.Server.Saw("/endless"));
    }

    /// <summary>Not even the question arrives, whatever it is an alias of, by whatever transport, and whomever it is put to.</summary>
    [NetworkFact]
    public async Task Name_of_the_agents_own_is_not_asked_for_whatever_it_is_an_alias_of()
    {
        await using var names = new OddNames(pod);
        names.SayChain(World.App, "alias.own.odd.test", "app.target.test").Say("straight.own.odd.test", World.App).SayChain(World.Elsewhere, "many.odd.test", "chained.many.odd.test");
        var frames = await pod.FramesWhileAsync(async () =>
        {
            foreach (var name in (string[])["alias.own.odd.test", "straight.own.odd.test", "many.odd.test", "app.target.test.own.odd.test"])
            {
                Assert.Equal(5, (await names.AskAsync(name)).Rcode);
                Assert.Equal(5, (await names.AskAsync(name, byTcp: true)).Rcode);
                Assert.Equal(5, (await names.AskAsync(name, byTcp: true, of: World.App)).Rcode); // DNS over a connection to a target's address
                Assert.Equal(5, (await names.AskAsync(name, of: World.App)).Rcode);
                await pod.RecordAsync("dns.query", record => record.Text("status") == "refused" && record.Text("transport") == "tcp" && CapturePod.TextOf(record, "name") == name);
            }
        });

        Assert.Empty(names.Resolver.Asked);
        Assert.DoesNotContain(frames, frame => frame.AsSpan().IndexOf("\u0003odd"u8) >= 0);
    }

    /// <summary>An answer that holds for a moment: what was given stays the name's for those who ask once, what was not given never is.</summary>
    [NetworkFact]
    public async Task Address_that_was_never_given_for_a_name_is_not_its()
    {
        await using var names = new OddNames(pod);
        var turns = 0;
        names.Say("turning.many.odd.test", asked => [Wire.Answer(asked).A(turns++ == 0 ? World.App : World.Elsewhere, ttl: 0).ToArray()]);
        Assert.Equal([World.App], (await names.AskAsync("turning.many.odd.test")).Addresses);
        Assert.Equal([World.Elsewhere], (await names.AskAsync("turning.many.odd.test")).Addresses);

        Assert.Equal(HttpStatusCode.OK, await GetAsync(World.App, "turning.many.odd.test", "/turned-from"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(World.Elsewhere, "turning.many.odd.test", "/turned-to"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(World.Attacker, "turning.many.odd.test", "/never-given"));
        Assert.Equal(("many", $"{World.App}:80"), await WhereAsync("/turned-from"));
        Assert.Equal(("many", $"{World.Elsewhere}:80"), await WhereAsync("/turned-to"));
        Assert.Equal(("unmatched", $"{World.Attacker}:80"), await WhereAsync("/never-given"));
        Assert.False(pod.World.Server.Saw("/never-given"));
    }

    /// <summary>Where nobody answers the recorder goes on to another address of the name: never to its own pod, to the node's, or to everybody.</summary>
    [NetworkFact]
    public async Task Recorder_goes_by_itself_to_no_address_of_the_pod_or_the_node()
    {
        await using var names = new OddNames(pod);
        names.Say("inward.many.odd.test", World.Elsewhere, "169.254.169.254", "0.0.0.0", "127.0.0.1", "127.8.8.8", NetworkPair.PodV4, "224.0.0.1", "255.255.255.255", World.Lines);
        await names.AskAsync("inward.many.odd.test");
        using var own = pod.Listen(RedirectedPod.AgentUid, "0.0.0.0", 80);

        var frames = await pod.FramesWhileAsync(async () => Assert.Equal(HttpStatusCode.OK, await GetAsync(World.Lines, "inward.many.odd.test", "/inward")));

        Assert.False(own.Poll(0, SelectMode.SelectRead), "the recorder connected to its own pod");
        foreach (var address in (string[])["169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255"])
            Assert.DoesNotContain(frames, frame => Frames.Opens(frame, address));
        var request = await pod.RequestAsync("/inward");
        Assert.Equal(("many", $"{World.Lines}:80"), (request.Text("target"), request.Text("destination")));
        Assert.Equal($"{World.Elsewhere}:80", (await pod.RecordAsync("http.response", record => record.Channel == request.Channel && record.Session.Id == request.Session.Id)).Text("dialled"));
    }

    /// <summary>By the agent's own hosts file a target's name leads to somebody else, another name to the target, and questions by its own resolv.conf to nobody but us.</summary>
    [NetworkFact]
    public async Task Files_of_the_agents_own_change_nothing()
    {
        await using var elsewhere = pod.World.Network.As(0, () => new FakeResolver(
            asked => [Wire.Answer(asked).A(World.Attacker).ToArray()], address: new IPEndPoint(IPAddress.Parse(World.Attacker), 53)));
        using var files = new AgentFiles(pod, $"{World.Attacker} app.target.test\n{World.App} innocent.test\n", $"nameserver {World.Attacker}\n");

        var frames = await pod.FramesWhileAsync(async () =>
        {
            Assert.EndsWith(" 403", await CurlAsync("http://app.target.test/hosts-lie"), StringComparison.Ordinal);
            Assert.EndsWith(" 502", await CurlAsync("https://app.target.test/hosts-tls-lie"), StringComparison.Ordinal);
            Assert.EndsWith(" 403", await CurlAsync("http://innocent.test/hosts-alias"), StringComparison.Ordinal);
            Assert.EndsWith(" 000", await CurlAsync("https://innocent.test/hosts-tls-alias"), StringComparison.Ordinal);
            Assert.EndsWith(" 000", await CurlAsync("http://covert-name.evil.test/"), StringComparison.Ordinal);
            Assert.StartsWith("hello", await CurlAsync("https://api.target.test/through-another-resolver"), StringComparison.Ordinal);
        });

        Assert.Empty(elsewhere.Asked);
        Assert.DoesNotContain(frames, frame => Frames.Opens(frame, World.Attacker) || frame.AsSpan().IndexOf("covert-name"u8) >= 0);
        Assert.False(pod.World.Server.Saw("/hosts-"));
        Assert.Equal(("unmatched", $"{World.Attacker}:80"), await WhereAsync("/hosts-lie"));
        Assert.Equal($"{World.Attacker}:443", (await WhereAsync("/hosts-tls-lie")).Destination);
        Assert.Equal(("unmatched", $"{World.App}:80"), await WhereAsync("/hosts-alias"));
        await pod.RecordAsync("connection.refused", record => record.Text("destination") == $"{World.App}:443" && CapturePod.TextOf(record, "name") == "innocent.test");
        Assert.Equal("api", (await pod.RequestAsync("/through-another-resolver")).Text("target"));
    }

    private async Task<(string? Target, string? Destination)> WhereAsync(string path)
    {
        var request = await pod.RequestAsync(path);
        return (request.Text("target"), request.Text("destination"));
    }

    private async Task<string> CurlAsync(string url) =>
        (await pod.RunAsync("curl", ["-s", "-w", " %{http_code}", url], ("CURL_CA_BUNDLE", pod.Bundle(K8sRecorder.Sidecar.Trust.TrustBundle.PemName)))).Said;

    private async Task<HttpStatusCode> GetAsync(string address, string host, string path)
    {
        using var client = pod.Client(address, port: 80);
        using var answer = await client.GetAsync(new Uri($"http://{host}{path}"));
        return answer.StatusCode;
    }
}
