using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Sidecar.Tests.Proxy;

/// <summary>A sidecar with its forward proxy, and an upstream that <c>localhost</c> is the name of.</summary>
internal sealed class ProxyRig : IAsyncDisposable
{
    private ProxyRig(TestSidecar sidecar, RawUpstream upstream, RawUpstream behind) => (Sidecar, Upstream, Behind) = (sidecar, upstream, behind);

    public TestSidecar Sidecar { get; }

    public RawUpstream Upstream { get; }

    /// <summary>Where the listener of another target leads.</summary>
    public RawUpstream Behind { get; }

    public int Port => Upstream.Port;

    /// <param name="unmatched">What becomes of other hosts.</param>
    /// <param name="target">The target <c>app</c>, which is localhost on the upstream's port.</param>
    /// <param name="time">The clock.</param>
    /// <param name="mode">The mode.</param>
    public static async Task<ProxyRig> StartAsync(
        UnmatchedMode unmatched = UnmatchedMode.Record, Func<EffectiveTarget, EffectiveTarget>? target = null, TimeProvider? time = null,
        RecordingMode mode = RecordingMode.Buffered)
    {
        var (upstream, behind) = (new RawUpstream(), new RawUpstream());
        var app = new EffectiveTarget { Name = "app", Hosts = ["localhost"], Ports = [upstream.Port] };
        var sidecar = await TestSidecar.StartAsync(
            behind.Port, time: time,
            change: policy => policy with { Mode = mode, Capture = CaptureMode.Proxy, Unmatched = unmatched, Targets = [.. policy.Targets, target?.Invoke(app) ?? app] });
        return new ProxyRig(sidecar, upstream, behind);
    }

    public Task<RawConnection> ConnectAsync() => RawConnection.ToAsync(Sidecar.ProxyPort);

    /// <summary>A tunnel that is open.</summary>
    public async Task<RawConnection> TunnelAsync(string authority)
    {
        var agent = await ConnectAsync();
        await agent.SendAsync($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\n", await agent.ReadUntilAsync("\r\n\r\n"));
        return agent;
    }

    /// <summary>All records that are of a connection, after a stop.</summary>
    public async Task<List<SessionRecord>> RecordsAsync()
    {
        await Sidecar.StopAsync();
        await Recorded.AssertSoundAsync(Sidecar);
        return [.. (await Recorded.RecordsAsync(Sidecar)).Where(record => record.Channel is not null)];
    }

    public static string TextOf(SessionRecord record, string field) =>
        record.Content(field) is { } content ? record.Session.ReadAsync(content, CancellationToken.None).AsTask().GetAwaiter().GetResult().ToString() ?? "" : "";

    public async ValueTask DisposeAsync()
    {
        await Sidecar.DisposeAsync();
        Upstream.Dispose();
        Behind.Dispose();
    }
}
