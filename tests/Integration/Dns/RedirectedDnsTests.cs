using System.Net;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Sidecar.Tests.Dns;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Dns;

/// <summary>Questions of a pod in which init has run, to whatever resolver they go: ours answers in its name.</summary>
public sealed class RedirectedDnsTests(RecordingPod pod, DnsFixture servers) : IClassFixture<RecordingPod>, IClassFixture<DnsFixture>
{
    [NetworkFact]
    public async Task Question_to_any_resolver_is_answered_by_ours_in_its_name()
    {
        await using var rig = await DnsRig.StartAsync(
            [servers.Resolver], name => name.Text != "secret.evil.example",
            listen: [new IPEndPoint(IPAddress.Loopback, RedirectedPod.DnsPort), new IPEndPoint(IPAddress.IPv6Loopback, RedirectedPod.DnsPort)],
            where: make => pod.Agent.As(RedirectedPod.RecorderUid, make));

        Assert.Contains("192.0.2.2", Dig(NetworkPair.FarV4, "a.test"), StringComparison.Ordinal);
        Assert.Contains("192.0.2.2", Dig(NetworkPair.FarV6, "a.test"), StringComparison.Ordinal);
        Assert.Contains("status: REFUSED", Dig(NetworkPair.FarV4, "secret.evil.example"), StringComparison.Ordinal);
        Assert.Contains("EDE: 15 (Blocked)", Dig(NetworkPair.FarV6, "secret.evil.example"), StringComparison.Ordinal);
        var refused = (await rig.StopAsync()).Where(record => record.Text("status") == DnsStatus.Refused).ToList();

        Assert.Equal(2, refused.Count);
        Assert.Equal("secret.evil.example", await DnsRig.TextAsync(refused[0], "name"));
    }

    [NetworkFact]
    public async Task Sidecar_in_a_pod_resolves_what_the_policy_lets_through_and_records_the_rest()
    {
        const string Policy = """
            apiVersion: k8srecorder.io/v1alpha1
            kind: ClusterRecordingPolicy
            metadata: { name: test }
            spec:
              mode: Strict
              capture: { mode: Redirect, unmatched: Deny }
              targets: [ { name: web, hosts: [ "*.test" ], ports: [ 443 ], protocol: Auto } ]
            """;
        await using var resolver = await UnboundProcess.StartAsync(
            pod.Pair.Outside, IPEndPoint.Parse(NetworkPair.NodeV4 + ":53"), "a.test. A 192.0.2.2", "a.test. AAAA 2001:db8::2", "evil.example. TXT \"out\"");
        await using var sidecar = new PodSidecar(pod.Agent, RedirectedPod.RecorderUid, Policy, $"nameserver {NetworkPair.NodeV4}\nsearch team-a.svc.cluster.local\n");
        await sidecar.Ready;

        Assert.Contains("192.0.2.2", Dig(NetworkPair.FarV4, "a.test"), StringComparison.Ordinal);
        Assert.Contains("192.0.2.2", Dig(NetworkPair.FarV6, "a.test", "+tcp"), StringComparison.Ordinal);
        Assert.Contains("2001:db8::2", pod.Agent.Run("getent", "ahosts", "a.test"), StringComparison.Ordinal);
        Assert.Contains("status: REFUSED", Dig(NetworkPair.NodeV4, "secret.evil.example"), StringComparison.Ordinal);
        Assert.Contains("status: REFUSED", Dig(NetworkPair.NodeV4, "secret.evil.example", "+tcp"), StringComparison.Ordinal);
        await sidecar.StopAsync();
        var (_, log) = await PluginProcess.RunAsync(sidecar.Store, "log");

        Assert.Contains("dns  A a.test  NOERROR", log, StringComparison.Ordinal);
        Assert.Contains("dns  A a.test  by tcp  NOERROR", log, StringComparison.Ordinal);
        Assert.Contains("dns  AAAA a.test  NOERROR", log, StringComparison.Ordinal);
        Assert.Contains("dns  A secret.evil.example  refused", log, StringComparison.Ordinal);
        Assert.Contains("dns  A secret.evil.example  by tcp  refused", log, StringComparison.Ordinal);
    }

    // dig does not take an answer from another address than it asked
    private string Dig(string resolver, string name, params string[] options) => pod.Agent.Run("dig", [$"@{resolver}", "+tries=1", name, .. options]);
}
