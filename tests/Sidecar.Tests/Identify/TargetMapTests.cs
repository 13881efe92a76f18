using System.Net;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Sidecar.Identify;

namespace K8sRecorder.Sidecar.Tests.Identify;

public sealed class TargetMapTests
{
    private static readonly TargetMap Sut = new(
    [
        new EffectiveTarget { Name = "exact", Hosts = ["api.openai.com"], Ports = [443] },
        new EffectiveTarget { Name = "below", Hosts = ["*.openai.com"] },
        new EffectiveTarget { Name = "range", Cidrs = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")], Ports = [5432] },
        new EffectiveTarget { Name = "listener", Upstream = new EffectiveUpstream { Host = "orders.db.svc", Port = 5432 } },
    ]);

    [Theory]
    [InlineData("api.openai.com", 443, "exact")]
    [InlineData("API.OpenAI.com", 443, "exact")]
    [InlineData("api.openai.com", 80, "below")]
    [InlineData("a.b.openai.com", 443, "below")]
    [InlineData("openai.com", 443, null)]
    [InlineData("evilopenai.com", 443, null)]
    [InlineData("api.openai.com.evil.example", 443, null)]
    [InlineData("orders.db.svc", 5432, "listener")]
    [InlineData("orders.db.svc", 5433, null)]
    public void Names_match_exactly_or_by_what_stands_before_the_suffix(string name, int port, string? expected) =>
        Assert.Equal(expected, Sut.ByName(name, port)?.Name);

    [Theory]
    [InlineData("10.2.3.4", 5432, "range")]
    [InlineData("10.2.3.4", 80, null)]
    [InlineData("11.2.3.4", 5432, null)]
    [InlineData("fd00::1", 5432, "range")]
    public void Addresses_match_by_range_and_port(string address, int port, string? expected) =>
        Assert.Equal(expected, Sut.ByAddress(new IPEndPoint(IPAddress.Parse(address), port))?.Name);

    [Fact]
    public void Names_of_targets_may_be_asked_for()
    {
        Assert.True(Sut.Knows("x.openai.com"));
        Assert.False(Sut.Knows("example.com"));
    }
}
