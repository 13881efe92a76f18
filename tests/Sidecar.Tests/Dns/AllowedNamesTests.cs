using System.Net;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Sidecar.Dns.Messages;
using K8sRecorder.Sidecar.Dns.Resolvers;
using K8sRecorder.Sidecar.Identify;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>What resolves under <c>unmatched: Deny</c>, and what resolv.conf says of it.</summary>
public sealed class AllowedNamesTests
{
    private const string Pod = """
        search team-a.svc.cluster.local svc.cluster.local cluster.local corp.example lan
        nameserver 10.96.0.10
        nameserver fd00::a
        # nameserver 192.0.2.1
        nameserver nonsense
        options ndots:5 timeout:99 attempts:3 edns0
        """;

    [Theory]
    [InlineData("api.openai.com", true)]
    [InlineData("API.OpenAI.com", true)]
    [InlineData("x.api.openai.com", false)]
    [InlineData("a.models.example", true)]
    [InlineData("a.b.models.example", true)]
    [InlineData("models.example", false)]
    [InlineData("notmodels.example", false)]
    [InlineData("api.openai.com.team-a.svc.cluster.local", true)]
    [InlineData("db.corp.example", true)]
    [InlineData("data.lan", false)] // a search entry of one label is no domain of the cluster's
    [InlineData("cluster.local.evil.example", false)]
    [InlineData("10.0.96.10.in-addr.arpa", true)]
    [InlineData("1.1.16.172.in-addr.arpa", true)]
    [InlineData("1.1.32.172.in-addr.arpa", false)]
    [InlineData("8.8.8.8.in-addr.arpa", false)]
    [InlineData("data.1.0.0.10.in-addr.arpa", false)]
    [InlineData("0.0.10.in-addr.arpa", false)]
    [InlineData("1.0.0.010.in-addr.arpa", false)]
    [InlineData("a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", true)]
    [InlineData("a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", false)]
    public void Targets_and_the_cluster_resolve_and_nothing_else(string name, bool isAllowed)
    {
        var targets = new TargetMap([new EffectiveTarget { Name = "t", Protocol = TargetProtocol.Auto, Hosts = ["api.openai.com", "*.models.example"] }]);
        var allowed = new AllowedNames(asked => targets.Knows(asked.Text), ResolvConf.Parse(Pod).Search);

        Assert.True(DnsName.TryParse(name, out var parsed));
        Assert.Equal(isAllowed, allowed.IsAllowed(parsed));
    }

    [Fact]
    public void Resolv_conf_is_read_as_the_c_library_does()
    {
        var settings = ResolvConf.Parse(Pod);

        Assert.Equal([IPEndPoint.Parse("10.96.0.10:53"), IPEndPoint.Parse("[fd00::a]:53")], settings.Servers);
        Assert.Equal((TimeSpan.FromSeconds(30), 3), (settings.Timeout, settings.Attempts));
        Assert.Equal(5, settings.Search.Count);
        Assert.Equal([IPEndPoint.Parse("127.0.0.1:53")], ResolvConf.Parse("").Servers);
    }

    [Fact]
    public void Resolvers_follow_the_file_and_survive_its_absence()
    {
        using var folder = new TemporaryFolder();
        var time = new ManualTime();
        File.WriteAllText(folder["resolv.conf"], "nameserver 192.0.2.1\nnameserver 127.0.0.1\nsearch a.example\n");
        var resolvers = new ResolverList(folder["resolv.conf"], [IPEndPoint.Parse("127.0.0.1:53")], time);
        Assert.Equal([IPEndPoint.Parse("192.0.2.1:53")], resolvers.Current.Servers); // never ourselves

        File.WriteAllText(folder["resolv.conf"], "nameserver 192.0.2.22\nsearch b.example\n");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([IPEndPoint.Parse("192.0.2.22:53")], resolvers.Current.Servers);
        Assert.Equal("a.example", Assert.Single(resolvers.AtStart.Search).Text);

        File.Delete(folder["resolv.conf"]);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([IPEndPoint.Parse("192.0.2.22:53")], resolvers.Current.Servers);
    }
}
