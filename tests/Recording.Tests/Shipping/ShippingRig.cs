using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Tests.Sessions;

namespace K8sRecorder.Recording.Tests.Shipping;

/// <summary>A session and a shipper that runs beside it, on a clock that the test moves: minutes of a dead store take a moment.</summary>
internal sealed class ShippingRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CountedGrants _grants;
    private Task _running = Task.CompletedTask;

    public ShippingRig(IRecordingStore store)
    {
        _grants = new CountedGrants(new StoreGrants(store));
        Shipper = new SpoolShipper(
            Session.Spool, _grants, new ShippingOptions { Time = Session.Time, Observer = Changes, Random = new Random(11) });
    }

    public SessionRig Session { get; } = new();

    public SpoolShipper Shipper { get; }

    public ShippingChanges Changes { get; } = new();

    public int Attempts => _grants.Attempts;

    /// <summary>Whether the present attempt will never end by itself.</summary>
    public Func<bool> Hangs { get; set; } = static () => false;

    /// <summary>Starts shipping, not on the test's own context.</summary>
    public void Start() => _running = Task.Run(() => Shipper.RunAsync(CancellationToken.None, _stop.Token));

    /// <summary>Records a session of three chunks and closes it; gives the bodies in order.</summary>
    public async Task<List<string>> RecordAsync(string name)
    {
        Session.Time.Advance(TimeSpan.FromMilliseconds(1)); // a session's name has its time
        await using var session = await Session.StartAsync(Session.Options() with { Resume = false });
        var bodies = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            bodies.Add($"{name} {i}");
            await session.AppendAsync(SessionRig.Request(session, bodies[^1]), default);
            if (i < 2)
                await session.SealAsync(default);
        }

        await session.CloseAsync("stopped", null, default);
        return bodies;
    }

    /// <summary>Lets the clock run; it stands while an attempt is under way that will end, and jumps to the next one.</summary>
    public async Task RunForAsync(TimeSpan time)
    {
        var until = Session.Time.GetUtcNow() + time;
        while (Session.Time.GetUtcNow() < until && Session.Spool.WaitingEntries > 0)
            await StepAsync();
        while (!Shipper.IsResting && !Hangs())
            await Task.Delay(1);
    }

    /// <summary>Lets the clock run until everything is shipped; gives the time that it took.</summary>
    public async Task<TimeSpan> RunUntilShippedAsync(TimeSpan atMost)
    {
        var started = Session.Time.GetUtcNow();
        while (Session.Spool.WaitingEntries > 0 || !Shipper.IsResting)
        {
            Assert.True(Session.Time.GetUtcNow() - started < atMost, $"{Session.Spool.WaitingEntries} entries wait after {atMost}: {Shipper.Counters}");
            await StepAsync();
        }

        return Session.Time.GetUtcNow() - started;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        Session.Dispose();
    }

    /// <summary>Moves the clock to the next thing that waits for it, once nothing moves by itself.</summary>
    private async Task StepAsync()
    {
        for (var i = 0; ; i++)
        {
            Assert.False(_running.IsFaulted, _running.Exception?.ToString());
            Assert.True(i < 60_000, "an attempt does not end");
            if ((Shipper.IsResting || Hangs()) && Session.Time.UntilNextTimer is { } next)
            {
                var gaveUp = !Shipper.IsResting;
                Session.Time.Advance(next);
                do
                    await Task.Delay(1); // what the clock woke runs elsewhere
                while (gaveUp && Hangs() && i++ < 10_000); // what is noticed late must not count for the next
                return;
            }

            if (Session.Spool.WaitingEntries == 0 && Shipper.IsResting)
                return;
            await Task.Delay(1);
        }
    }
}
