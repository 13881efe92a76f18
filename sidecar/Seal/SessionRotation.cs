using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Seal;

/// <summary>
/// The session in force, and its change: on age, on size, or when nothing was open for a while; never on anything an agent sends.
/// New channels open in the new session at once; the old one closes when its last channel has ended or moved. (Heads and chunks
/// have their own clock, inside the session.)
/// </summary>
internal sealed class SessionRotation(
    RecordingSession first, RotationOptions options, RunLabels runLabels, TimeProvider time, ILogger<SessionRotation> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<(RecordingSession Session, Task Closing)> _closing = [];
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SessionEpoch _current = new(first, time.GetUtcNow());
    private long _enteredBefore;
    private DateTimeOffset _idleSince = time.GetUtcNow();

    public RecordingSession Current => _current.Session;

    /// <summary>Faults when the session in force, or one that was to be closed, can no longer write.</summary>
    public Task Failed => _failed.Task;

    public SessionLease Lease()
    {
        while (true)
        {
            var epoch = Volatile.Read(ref _current);
            epoch.Enter();
            if (!epoch.IsRetired)
                return new SessionLease(epoch);
            epoch.Leave(); // it was retired in between
        }
    }

    /// <summary>Watches the clock until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Grain, time);
        var wasFull = false;
        try
        {
            while (await NextTickAsync(timer, cancellationToken))
            {
                if (_current.Session.Completion is { IsFaulted: true } completion)
                {
                    _failed.TrySetException(completion.Exception!.InnerExceptions);
                    return;
                }
                wasFull = TellOfRoom(wasFull);
                if (Due() is { } reason)
                    await TryRotateAsync(reason, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Waits for the clock, or for the session's failure if that is sooner.</summary>
    private async Task<bool> NextTickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        var completion = _current.Session.Completion;
        await Task.WhenAny(tick, completion);
        return completion.IsFaulted || await tick;
    }

    private bool TellOfRoom(bool wasFull)
    {
        var isFull = _current.Session.Counters.SpoolFull;
        if (isFull && !wasFull)
            logger.SpoolFull();
        else if (wasFull && !isFull)
            logger.SpoolHasRoom();
        return isFull;
    }

    private async Task TryRotateAsync(string reason, CancellationToken cancellationToken)
    {
        try
        {
            await RotateAsync(reason, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logger.NotRotated(failure.Message);
        }
    }

    /// <summary>Opens the next session and lets the old one drain.</summary>
    public async Task RotateAsync(string reason, CancellationToken cancellationToken)
    {
        var old = _current;
        var next = await old.Session.OpenNextAsync(options.Identity, cancellationToken);
        Volatile.Write(ref _current, new SessionEpoch(next, time.GetUtcNow()));
        (_enteredBefore, _idleSince) = (0, time.GetUtcNow());
        runLabels.Clear();
        old.Retire();
        logger.SessionRotated(old.Session.Id.ToString(), next.Id.ToString(), reason, next.Fingerprint);
        lock (_lock)
        {
            _closing.RemoveAll(one => one.Closing.IsCompletedSuccessfully);
            _closing.Add((old.Session, CloseWhenDrainedAsync(old, reason, next)));
        }
    }

    /// <summary>Closes the session in force, and those that were draining.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        Task[] closing;
        lock (_lock)
            closing = [.. _closing.Select(one => one.Closing)];
        await Task.WhenAll(closing).WaitAsync(cancellationToken);
        await _current.Session.CloseAsync("stopped", null, cancellationToken);
    }

    /// <summary>Stops them without closing any, also those that were draining: from now on the spool may be somebody else's.</summary>
    public async ValueTask DisposeAsync()
    {
        RecordingSession[] draining;
        lock (_lock)
            draining = [.. _closing.Where(one => !one.Closing.IsCompleted).Select(one => one.Session)];
        foreach (var session in draining)
            await session.DisposeAsync();
        await _current.Session.DisposeAsync();
    }

    private string? Due()
    {
        var now = time.GetUtcNow();
        var epoch = _current;
        // channels may have come and gone between two looks
        if (epoch.OpenChannels > 0 || epoch.Entered != _enteredBefore)
            _idleSince = now;
        _enteredBefore = epoch.Entered;
        if (epoch.Entered == 0)
            return null;
        return now - epoch.OpenedAt >= options.MaxAge ? "maxAge"
            : options.MaxBytes > 0 && epoch.Session.Counters.PlainBytes >= options.MaxBytes ? "size"
            : now - _idleSince >= options.IdleTimeout ? "idle"
            : null;
    }

    private async Task CloseWhenDrainedAsync(SessionEpoch old, string reason, RecordingSession next)
    {
        try
        {
            await old.Drained;
            await old.Session.CloseAsync(reason, next, CancellationToken.None);
            await old.Session.DisposeAsync();
        }
        catch (Exception failure)
        {
            // only the next start can end it
            _failed.TrySetException(failure);
            throw;
        }
    }
}
