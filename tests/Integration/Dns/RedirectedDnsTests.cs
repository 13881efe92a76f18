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

    // dig does not take an answer from another address than it asked
    private string Dig(string resolver, string name) => pod.Agent.Run("dig", $"@{resolver}", "+tries=1", name);
}
