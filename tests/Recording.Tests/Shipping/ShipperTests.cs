using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Tests.Sessions;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Recording.Tests.Shipping;

public class ShipperTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Put_that_fails_is_repeated_until_acknowledged(bool persists)
    {
        using var rig = new SessionRig();
        await RecordAsync(rig);
        await using var store = new FaultyStore(new FolderStore(rig.StoreFolder)) { Faults = 5, PersistsFaulty = persists };
        var shipper = new SpoolShipper(rig.Spool, new StoreGrants(store), new ShippingOptions { FirstBackoff = TimeSpan.FromMilliseconds(1) });
        await shipper.DrainAsync(CancellationToken.None);
        Assert.Equal(5, shipper.Failures());
        Assert.Equal(0, rig.Spool.WaitingEntries);
        Assert.Null(shipper.Counters.LastFailure);
        Assert.Empty(StoreCheck.Run(rig.StoreFolder).Problems);
    }

    [Fact]
    public async Task Nothing_leaves_the_spool_before_it_is_acknowledged()
    {
        using var rig = new SessionRig();
        await RecordAsync(rig);
        var waiting = rig.Spool.WaitingEntries;
        await using var store = new FaultyStore(new FolderStore(rig.StoreFolder)) { Faults = int.MaxValue };
        using var stop = new CancellationTokenSource();
        var shipper = new SpoolShipper(rig.Spool, new StoreGrants(store), new ShippingOptions { FirstBackoff = TimeSpan.FromMilliseconds(1) });
        var shipping = shipper.DrainAsync(stop.Token);
        while (shipper.Failures() < 3)
            await Task.Delay(1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shipping);
        Assert.Equal(waiting, rig.Spool.WaitingEntries);
        Assert.Equal(ShippingFailure.Unavailable, shipper.Counters.LastFailure);
    }

    [Fact]
    public async Task Other_object_under_the_key_is_a_conflict_that_holds_only_its_own_session_up()
    {
        using var rig = new SessionRig();
        var first = await RecordAsync(rig);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await RecordAsync(rig);
        await using var store = new FolderStore(rig.StoreFolder);
        await store.PutNewAsync(StoreLayout.OpenKey(first), "somebody else"u8.ToArray(), default);
        using var stop = new CancellationTokenSource();
        var shipper = new SpoolShipper(rig.Spool, new StoreGrants(store), new ShippingOptions { FirstBackoff = TimeSpan.FromMilliseconds(1) });
        var running = shipper.RunAsync(CancellationToken.None, stop.Token);
        while (!File.Exists(Path.Combine(rig.StoreFolder, StoreLayout.CloseKey(second))))
            await Task.Delay(1);
        Assert.True(shipper.Failures(ShippingFailure.Conflict) > 0);
        Assert.False(File.Exists(Path.Combine(rig.StoreFolder, StoreLayout.CloseKey(first))));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Store_looks_sound_after_each_object_of_a_recovery()
    {
        var (shipped, tampered) = (0, new List<string>());
        SessionRig? rig = null;
        using var made = rig = new SessionRig(new WatchedDisk(Verify));
        var lost = await rig.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await lost.AppendAsync(SessionRig.Request(lost, $"body {i}"), default);
            await lost.SealAsync(default);
        }

        await lost.AppendAsync(SessionRig.Request(lost, "in the open file"), default);
        await lost.DisposeAsync();
        rig.LoseKeys();
        rig.Restart();
        await using var recovers = await rig.StartAsync();
        Assert.Single(recovers.Recovery.Recovered);
        await recovers.SealAsync(default);
        await rig.ShipAsync();
        Assert.InRange(shipped, 8, 20);
        Assert.Empty(tampered);

        void Verify()
        {
            var verified = new StoreVerifier(new FolderStore(rig!.StoreFolder), TrustSet.Empty).VerifyAsync(null, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            shipped++;
            tampered.AddRange(verified.Sessions.SelectMany(session => session.Findings)
                .Where(finding => Severity.IsTampering(finding.Code) && finding.Code != FindingCode.StoreIdentity) // the rig's store has none
                .Select(finding => $"after {shipped} objects: {finding}"));
        }
    }

    [Fact]
    public async Task File_system_that_hangs_holds_few_attempts_and_gets_their_bytes_in_the_end()
    {
        var folder = new SessionRig();
        var store = new HungStore(new FolderStore(folder.StoreFolder));
        await using var rig = new ShippingRig(store);
        var bodies = await rig.RecordAsync("one");
        bodies.AddRange(await rig.RecordAsync("two"));
        rig.Hangs = () => !rig.Shipper.IsResting && store.Puts >= Math.Min(rig.Attempts, 4);
        rig.Start();
        await rig.RunForAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(4, store.Puts);
        Assert.True(rig.Shipper.Failures(ShippingFailure.TimedOut) > 4);
        Assert.Equal([ShippingFailure.TimedOut], rig.Changes.Failed);
        Assert.Equal(10, rig.Session.Spool.WaitingEntries);

        rig.Hangs = static () => false;
        await store.ReleaseAsync();
        await rig.RunUntilShippedAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(6, bodies.Count);
        var check = StoreCheck.Run(folder.StoreFolder);
        Assert.Empty(check.Problems);
        Assert.Equal(2, check.Closed.Count);
        folder.Dispose();
    }

    private static async Task<string> RecordAsync(SessionRig rig)
    {
        await using var session = await rig.StartAsync(rig.Options(RecordingMode.Strict) with { Resume = false });
        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        await session.SealAsync(default);
        await session.AppendAsync(SessionRig.Request(session, "two"), default);
        await session.CloseAsync("stopped", null, default);
        return session.Id.ToString();
    }

    private sealed class WatchedDisk(Action acknowledged) : SpoolDisk
    {
        public override void Reached(CrashPoint point)
        {
            if (point == CrashPoint.Acknowledged)
                acknowledged();
        }
    }
}
