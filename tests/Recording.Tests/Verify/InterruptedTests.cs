using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Tests.Sessions;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Recording.Tests.Verify;

/// <summary>A recorder that died: complete where nothing can have been lost, and said to be not where something can.</summary>
public class InterruptedTests
{
    [Theory]
    [InlineData(RecordingMode.Strict, true, Completeness.Complete)]
    [InlineData(RecordingMode.Strict, false, Completeness.Recovered)]
    [InlineData(RecordingMode.Buffered, true, Completeness.Incomplete)]
    [InlineData(RecordingMode.Buffered, false, Completeness.Incomplete)]
    [InlineData(RecordingMode.BestEffort, true, Completeness.Incomplete)]
    public async Task Session_of_a_dead_recorder_is_complete_only_where_nothing_can_be_lost(RecordingMode mode, bool keyKept, Completeness expected)
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(mode);
        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        await session.DisposeAsync();
        if (!keyKept)
            rig.LoseKeys();
        rig.Restart();
        await using (var next = await rig.StartAsync(mode))
            await next.CloseAsync("stopped", null, default);
        await rig.ShipAsync();

        await using var store = new FolderStore(rig.StoreFolder);
        var result = await new SessionVerifier(store, TrustSet.Empty).VerifyAsync(session.Id.ToString(), null, default);

        Assert.Equal(expected, result.Completeness);
        Assert.Equal(expected == Completeness.Incomplete, result.Findings.Any(f => f is { Code: FindingCode.Interrupted, Seq: 2 }));
        Assert.DoesNotContain(result.Findings, f => f.Code is FindingCode.RecordOrder or FindingCode.HeadMismatch);
    }

    [Fact]
    public async Task Session_that_was_stopped_in_order_was_not_interrupted()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync(RecordingMode.Buffered);
        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        await session.CloseAsync("stopped", null, default);
        await rig.ShipAsync();

        await using var store = new FolderStore(rig.StoreFolder);
        var result = await new SessionVerifier(store, TrustSet.Empty).VerifyAsync(session.Id.ToString(), null, default);

        Assert.Equal(Completeness.Complete, result.Completeness);
    }
}
