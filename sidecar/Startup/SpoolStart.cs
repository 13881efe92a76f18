using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>
/// Opens the spool and recovers it. A disk that is full does not end the process: what waits in the spool is shipped meanwhile, which makes room,
/// and nothing listens before there is some.
/// </summary>
internal static class SpoolStart
{
    private const int MostDoublings = 6;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    public static async Task<RecordingSpool> OpenAsync(SpoolOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var spool = await WhenThereIsRoomAsync(() => ValueTask.FromResult(RecordingSpool.Open(options)), static _ => Task.CompletedTask, time, logger, cancellationToken);
        spool.Damaged += file => logger.NotShippedAsDamaged(file);
        return spool;
    }

    public static async Task<RecordingSession> RecoverAsync(
        RecordingSpool spool, IRecordingStore store, SessionIdentity identity, Recording.Sessions.SessionOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var shipper = new SpoolShipper(spool, new StoreGrants(store), new ShippingOptions { Time = options.Time });
        var session = await WhenThereIsRoomAsync(
            () => RecordingSession.StartAsync(spool, identity, options, cancellationToken), attempt => ShipAsync(shipper, attempt, options.Time, cancellationToken),
            options.Time, logger, cancellationToken);
        Tell(logger, session);
        return session;
    }

    private static async Task<T> WhenThereIsRoomAsync<T>(
        Func<ValueTask<T>> step, Func<int, Task> makeRoom, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await step();
            }
            catch (IOException failure) when (RecordingSpool.IsFull(failure))
            {
                if (attempt == 0)
                    logger.NoRoomToStart(failure.Message);
                await makeRoom(attempt);
                await Task.Delay(RetryInterval, time, cancellationToken);
            }
        }
    }

    private static async Task ShipAsync(SpoolShipper shipper, int attempt, TimeProvider time, CancellationToken cancellationToken)
    {
        // longer each time: what is cut off while it uploads to a slow store makes no room
        using var patience = new CancellationTokenSource(RetryInterval * (1 << Math.Min(attempt, MostDoublings)), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await shipper.DrainAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // the store takes its time; what it took has made room
        }
    }

    private static void Tell(ILogger logger, RecordingSession session)
    {
        var recovery = session.Recovery;
        if (recovery.Resumed)
            logger.SessionResumed(session.Id.ToString(), recovery.LostBytes);
        foreach (var closed in recovery.Closed)
            logger.SessionClosedLate(closed.ToString());
        foreach (var recovered in recovery.Recovered)
            logger.SessionRecovered(recovered.ToString());
        foreach (var file in recovery.Damaged)
            logger.RecoveredDamaged(file);
        foreach (var lost in recovery.Lost)
            logger.SpoolLost(lost.ToString());
    }
}
