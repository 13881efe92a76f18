using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Trust;

public sealed class LeafCertificatesTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly PodAuthority _authority;

    public LeafCertificatesTests() => _authority = PodAuthority.Create(_time);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Name_has_one_certificate_while_it_is_young()
    {
        var leaves = new LeafCertificates(_authority, _time);
        var first = leaves.For(ServerName.Parse("a.example"));
        _time.Advance(TimeSpan.FromHours(11));
        Assert.Same(first, leaves.For(ServerName.Parse("A.example")));
        Assert.NotSame(first, leaves.For(ServerName.Parse("b.example")));
        _time.Advance(TimeSpan.FromHours(1));
        var renewed = leaves.For(ServerName.Parse("a.example"));
        Assert.NotSame(first, renewed);
        Assert.True(renewed.TargetCertificate.NotAfter.ToUniversalTime() > _time.GetUtcNow().UtcDateTime.AddHours(20));
    }

    [Fact]
    public void Clock_that_was_set_back_brings_another_certificate()
    {
        var later = new ManualTime(_time.GetUtcNow().AddHours(5));
        var time = new SettableTime { Now = later.GetUtcNow() };
        var leaves = new LeafCertificates(_authority, time);
        leaves.For(ServerName.Parse("a.example"));
        time.Now = _time.GetUtcNow();
        Assert.True(leaves.For(ServerName.Parse("a.example")).TargetCertificate.NotBefore.ToUniversalTime() < time.Now.UtcDateTime);
    }

    [Fact]
    public void First_requests_at_once_make_one()
    {
        var leaves = new LeafCertificates(_authority, _time);
        using var start = new Barrier(8);
        var got = new object[8];
        var threads = Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            got[i] = leaves.For(ServerName.Parse("a.example"));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(1, leaves.Made);
        Assert.All(got, one => Assert.Same(got[0], one));
    }

    [Fact]
    public void Names_are_kept_up_to_a_bound()
    {
        var leaves = new LeafCertificates(_authority, _time, capacity: 2);
        leaves.For(ServerName.Parse("a.example"));
        leaves.For(ServerName.Parse("b.example"));
        leaves.For(ServerName.Parse("a.example"));
        leaves.For(ServerName.Parse("c.example"));
        Assert.Equal(3, leaves.Made);
        leaves.For(ServerName.Parse("a.example"));
        Assert.Equal(3, leaves.Made);
        leaves.For(ServerName.Parse("b.example"));
        Assert.Equal(4, leaves.Made);
    }

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
