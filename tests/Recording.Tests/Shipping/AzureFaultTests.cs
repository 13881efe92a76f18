using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Tests.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing.Faults;

namespace K8sRecorder.Recording.Tests.Shipping;

/// <summary>Each fault of an Azure store for ten minutes of a virtual clock: nothing lost, nothing twice, told once, never hammered.</summary>
[Collection(AzuriteTests.Name)]
public sealed class AzureFaultTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(10);

    // objects of two sessions: statement, three chunks, close object each
    private const int Objects = 10;

    [Theory]
    [InlineData(ProxyFault.Unavailable, ShippingFailure.Unavailable)]
    [InlineData(ProxyFault.UnavailableRetryAfter, ShippingFailure.Unavailable)]
    [InlineData(ProxyFault.GatewayError, ShippingFailure.Unavailable)]
    [InlineData(ProxyFault.Refuse, ShippingFailure.Unavailable)]
    [InlineData(ProxyFault.Hang, ShippingFailure.TimedOut)]
    [InlineData(ProxyFault.HangInAnswer, ShippingFailure.TimedOut)]
    [InlineData(ProxyFault.ResetInUpload, ShippingFailure.Unavailable)]
    [InlineData(ProxyFault.LoseAnswer, ShippingFailure.Unavailable)]
    [InlineData(ProxyFault.AcknowledgeOnly, ShippingFailure.NotStored)]
    [InlineData(ProxyFault.BadSignature, ShippingFailure.Denied)]
    [InlineData(ProxyFault.WrongKey, ShippingFailure.Denied)]
    [InlineData(ProxyFault.Expired, ShippingFailure.Denied)]
    [InlineData(ProxyFault.ClockSkew, ShippingFailure.ClockWrong)]
    [InlineData(ProxyFault.Conflict, ShippingFailure.Unavailable)]
    [InlineData(ProxyFault.Full, ShippingFailure.Full)]
    [InlineData(ProxyFault.ContainerGone, ShippingFailure.NotAStore)]
    [InlineData(ProxyFault.CaptivePortal, ShippingFailure.Unavailable)]
    [InlineData(ProxyFault.Garbage, ShippingFailure.Unavailable)]
    public async Task Store_that_fails_for_minutes_loses_nothing(ProxyFault fault, ShippingFailure expected)
    {
        await using var proxy = FaultProxy.Start(azurite.Server.Port);
        var (url, store) = await OpenAsync(proxy);
        await using var rig = new ShippingRig(store);
        rig.Start();
        var bodies = await rig.RecordAsync("before");
        await rig.RunUntilShippedAsync(Outage);
        Assert.Equal(5, rig.Shipper.Counters.Shipped);

        proxy.Fault = fault;
        var before = rig.Attempts;
        rig.Hangs = () => proxy.Held > 0;
        bodies.AddRange(await rig.RecordAsync("meanwhile"));
        await rig.RunForAsync(Outage);

        Assert.InRange(proxy.Hits, 3, 70);
        Assert.InRange(rig.Attempts - before, 3, fault == ProxyFault.UnavailableRetryAfter ? 16 : 50);
        Assert.True(rig.Shipper.Failures(expected) >= 3);
        Assert.Equal(rig.Shipper.Failures(expected), rig.Shipper.Failures());
        Assert.Equal(5, rig.Session.Spool.WaitingEntries);
        Assert.InRange(rig.Session.Spool.OldestEntryAge, Outage, Outage * 2);
        Assert.Equal([expected], rig.Changes.Failed);
        Assert.Empty(rig.Changes.Recoveries);

        proxy.Fault = ProxyFault.None;
        await rig.RunUntilShippedAsync(fault is ProxyFault.UnavailableRetryAfter or ProxyFault.Hang or ProxyFault.HangInAnswer ? TimeSpan.FromSeconds(90) : TimeSpan.FromSeconds(35));

        Assert.Single(rig.Changes.Recoveries);
        Assert.InRange(rig.Changes.Recoveries[0], Outage / 2, Outage * 2);
        Assert.Equal([expected], rig.Changes.Failed);
        Assert.Equal(TimeSpan.Zero, rig.Session.Spool.OldestEntryAge);
        await AssertWholeAsync(url, bodies);
    }

    [Fact]
    public async Task Store_that_refuses_the_size_is_told_as_one_stuck_session()
    {
        await using var proxy = FaultProxy.Start(azurite.Server.Port);
        var (url, store) = await OpenAsync(proxy);
        proxy.Fault = ProxyFault.TooLarge;
        await using var rig = new ShippingRig(store);
        var bodies = await rig.RecordAsync("one");
        bodies.AddRange(await rig.RecordAsync("two"));
        rig.Start();
        await rig.RunForAsync(Outage);

        Assert.InRange(proxy.Hits, 6, 100);
        Assert.InRange(proxy.Hits - rig.Shipper.Failures(ShippingFailure.TooLarge), 0, 1); // one may be under way
        Assert.Equal(2, rig.Changes.StuckSessions.Count);
        Assert.Empty(rig.Changes.Failed);

        proxy.Fault = ProxyFault.None;
        await rig.RunUntilShippedAsync(TimeSpan.FromSeconds(35));
        await AssertWholeAsync(url, bodies);
    }

    [Fact]
    public async Task Slow_store_gets_everything()
    {
        await using var proxy = FaultProxy.Start(azurite.Server.Port);
        var (url, store) = await OpenAsync(proxy);
        proxy.Fault = ProxyFault.Throttle;
        await using var rig = new ShippingRig(store);
        var bodies = await rig.RecordAsync("one");
        bodies.AddRange(await rig.RecordAsync("two"));
        rig.Start();
        await rig.RunUntilShippedAsync(Outage);

        Assert.True(proxy.Hits >= 2 * Objects, "each object is put and confirmed");
        Assert.Equal(0, rig.Shipper.Failures());
        await AssertWholeAsync(url, bodies);
    }

    [Fact]
    public async Task Answers_lost_in_turn_with_failures_store_each_object_once_and_are_told_once()
    {
        await using var proxy = FaultProxy.Start(azurite.Server.Port);
        var (url, store) = await OpenAsync(proxy);
        proxy.Take(
            ProxyFault.LoseAnswer, ProxyFault.Unavailable, ProxyFault.None, ProxyFault.ResetInUpload, ProxyFault.WrongKey, ProxyFault.None,
            ProxyFault.None, ProxyFault.AcknowledgeOnly, ProxyFault.Refuse, ProxyFault.Garbage);
        await using var rig = new ShippingRig(store);
        var bodies = await rig.RecordAsync("one");
        bodies.AddRange(await rig.RecordAsync("two"));
        rig.Start();
        await rig.RunUntilShippedAsync(Outage);

        Assert.True(proxy.Hits >= Objects);
        Assert.InRange(rig.Changes.Failed.Count, 1, 3);
        Assert.Equal(rig.Changes.Failed.Count, rig.Changes.Failed.Distinct().Count());
        Assert.Single(rig.Changes.Recoveries);
        await AssertWholeAsync(url, bodies);
    }

    private async Task<(StoreUrl Url, IRecordingStore Store)> OpenAsync(FaultProxy proxy)
    {
        var url = await azurite.NewContainerAsync();
        await StoreIdentity.GetOrCreateAsync(url.OpenStore(Access), url.OpenReader(Access), null, default);
        return (url, url.OpenStore(AzureAccess.ByConnectionString(proxy.Before(azurite.Server.ConnectionString))));
    }

    private AzureAccess Access => AzureAccess.ByConnectionString(azurite.Server.ConnectionString);

    /// <summary>Everything is there once: the sessions are sound and complete, and hold the bodies in order.</summary>
    private async Task AssertWholeAsync(StoreUrl url, List<string> bodies)
    {
        var reader = url.OpenReader(Access);
        var keys = new List<string>();
        await foreach (var entry in reader.ListAsync("sessions/", default))
            keys.Add(entry.Key);
        Assert.Equal(Objects, keys.Count);
        var verified = await new StoreVerifier(reader, TrustSet.Empty).VerifyAsync(null, default);
        Assert.All(verified.Sessions, session => Assert.Equal((Integrity.Sound, Completeness.Complete), (session.Integrity, session.Completeness)));
        var found = new List<string>();
        foreach (var session in verified.Sessions)
        {
            await foreach (var exchange in (await SessionReader.OpenAsync(reader, session.Session, default)).ExchangesAsync(default))
                found.Add((await exchange.Request!.ReadBodyAsync(default)).ToString());
        }

        Assert.Equal(bodies, found);
    }
}
