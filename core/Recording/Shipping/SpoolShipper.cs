using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Shipping;

/// <summary>
/// Ships what the spool holds: the open statements of all sessions first, for a recovered chunk is signed by another session's key; then, per
/// session, the chunks in order, index and close object after them. Repeats each until the store has acknowledged it and somebody who may
/// read has seen it there; only then the spool entry goes.
/// <para>
/// What is wrong with one object holds up its own session only. What is wrong with the store holds up all, with one backoff for
/// all: however many sessions wait, a store that is down is asked now and then, each time with another session, and is not
/// hammered. The first object that it takes ends the backoff.
/// </para>
/// </summary>
public sealed class SpoolShipper(RecordingSpool spool, IGrantSource grants, ShippingOptions options)
{
    private readonly Lock _gate = new();
    private readonly long[] _failures = new long[Enum.GetValues<ShippingFailure>().Length];
    private readonly Dictionary<SessionId, Backoff> _stuck = [];
    private readonly Dictionary<SessionId, long> _asked = [];
    private readonly Uploads _uploads = new(grants, options);
    private readonly ShippingHealth _health = new(options.Observer, options.Time);
    private Backoff _store;
    private volatile Task? _resting;
    private ShippingCounters _counters;

    /// <summary>Figures, for metrics; read at any time.</summary>
    public ShippingCounters Counters
    {
        get
        {
            lock (_gate)
                return _counters;
        }
    }

    /// <summary>Whether no attempt is under way, and the clock is asked for the next one. For tests that move the clock.</summary>
    internal bool IsResting => _resting is { IsCompleted: false };

    /// <summary>Attempts that failed for this reason. All were or will be repeated.</summary>
    public long Failures(ShippingFailure failure)
    {
        lock (_gate)
            return _failures[(int)failure];
    }

    /// <summary>Attempts that failed.</summary>
    public long Failures()
    {
        lock (_gate)
            return _failures.Sum();
    }

    /// <summary>Ships until nothing waits any more. Not beside <see cref="RunAsync"/>.</summary>
    public Task DrainAsync(CancellationToken ct) => RunAsync(new CancellationToken(canceled: true), ct);

    /// <summary>
    /// Ships until cancelled, or, from the moment <paramref name="finish"/> fires, until nothing waits any more. Nobody waits out a backoff
    /// that began before that moment: the store may be back. One call at a time.
    /// </summary>
    public async Task RunAsync(CancellationToken finish, CancellationToken ct)
    {
        try
        {
            await ShipAsync(finish, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await EndAsync();
            throw;
        }
    }

    /// <summary>After the last run: gives attempts that are still under way a while, for whoever stops us may take the store away next.</summary>
    public Task EndAsync() => _uploads.EndAsync();

    private async Task ShipAsync(CancellationToken finish, CancellationToken ct)
    {
        var hurried = false;
        while (true)
        {
            if (finish.IsCancellationRequested && !hurried)
            {
                hurried = true;
                _store = default;
                _stuck.Clear();
            }

            // Taken before looking, so that an entry placed meanwhile is not missed.
            var next = spool.NextEntry();
            var wait = await RoundAsync(ct);
            if (wait is null && hurried)
                return;
            if (wait != TimeSpan.Zero)
                await WaitAsync(next, wait ?? Timeout.InfiniteTimeSpan, hurried ? CancellationToken.None : finish, ct);
        }
    }

    private async Task WaitAsync(Task next, TimeSpan wait, CancellationToken finish, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(finish, ct);
        try
        {
            var waiting = next.WaitAsync(wait, options.Time, either.Token);
            _resting = waiting;
            await waiting;
        }
        catch (TimeoutException)
        {
            // A retry is due.
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Time to finish.
        }
    }

    /// <summary>Tries what is there and due. Null: nothing waits; zero: look again at once; else: how long until a retry is due.</summary>
    private async Task<TimeSpan?> RoundAsync(CancellationToken ct)
    {
        try
        {
            return await TryRoundAsync(ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The spool's folder cannot be listed.
            Count(ShippingFailure.Spool);
            _health.Failed(ShippingFailure.Spool);
            _store = _store.Next(options, null);
            return _store.Left(options.Time);
        }
    }

    private async Task<TimeSpan?> TryRoundAsync(CancellationToken ct)
    {
        TimeSpan? wait = null;
        var shipped = false;
        var left = _store.Left(options.Time);
        var failed = new HashSet<SessionId>();
        foreach (var entries in Waiting())
        {
            if (left > TimeSpan.Zero)
                return left;
            var session = entries[0].Session;
            if (failed.Contains(session))
                continue; // its statement is not there
            var retry = _stuck.GetValueOrDefault(session);
            if (retry.Left(options.Time) is { Ticks: > 0 } own)
            {
                wait = wait < own ? wait : own;
                continue;
            }

            foreach (var entry in entries)
            {
                var (failure, askedFor) = await TryShipAsync(entry, ct);
                if (failure is null)
                {
                    shipped = true;
                    continue;
                }

                if (IsOfTheStore(failure.Value))
                {
                    // Behind the others: the store is not asked for one object again and again while it might take others.
                    _asked[session] = options.Time.GetTimestamp();
                    _health.Failed(failure.Value);
                    _store = _store.Next(options, askedFor);
                    return _store.Left(options.Time);
                }

                failed.Add(session);
                _health.FailedAlone(session, failure.Value);
                _stuck[session] = retry = _stuck.GetValueOrDefault(session).Next(options, null);
                wait = wait < retry.Wait ? wait : retry.Left(options.Time);
                break;
            }
        }

        // All that could be tried was, and the store took it.
        _asked.Clear();
        _health.Recovered();
        return shipped ? TimeSpan.Zero : wait;
    }

    /// <summary>What is there, by session, in the order in which it is tried.</summary>
    private List<List<SpoolEntry>> Waiting()
    {
        var (statements, rest) = (new List<List<SpoolEntry>>(), new List<List<SpoolEntry>>());
        foreach (var folder in spool.Folders().OrderBy(folder => _asked.GetValueOrDefault(folder.Session)))
        {
            foreach (var entries in folder.Entries().GroupBy(static entry => entry.Kind == SpoolEntryKind.Open))
                (entries.Key ? statements : rest).Add([.. entries]);
        }

        return [.. statements, .. rest];
    }

    private static bool IsOfTheStore(ShippingFailure failure) =>
        failure is not (ShippingFailure.Conflict or ShippingFailure.Spool or ShippingFailure.TooLarge or ShippingFailure.Unexpected);

    /// <summary>One attempt, and the entry goes if it succeeded.</summary>
    private async Task<UploadOutcome> TryShipAsync(SpoolEntry entry, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var bytes = new PooledBytes();
        try
        {
            if (!entry.IsTooLarge)
                await ReadAsync(entry.Path, bytes, ct);

            // Not what was put there: it is out of the way now, and the next is not held up.
            if (!spool.Accepts(entry, bytes.Span))
                return default;
            var size = bytes.Length;
            var upload = _uploads.TryAsync(entry, bytes, ct);
            bytes = null; // in its hands now
            var outcome = await upload;
            if (outcome.Failure is { } failure)
            {
                Count(failure);
                return outcome;
            }

            // Dying here leaves an entry that the store has: put again, it exists and is confirmed.
            spool.Disk.Reached(CrashPoint.Acknowledged);
            spool.RemoveEntry(entry);
            Shipped(entry.Session, size);
            return default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Count(ShippingFailure.Spool);
            return new UploadOutcome(ShippingFailure.Spool, null);
        }
        finally
        {
            bytes?.Dispose();
        }
    }

    private static async Task ReadAsync(string path, PooledBytes to, CancellationToken ct)
    {
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous);
        while (await RandomAccess.ReadAsync(file, to.GetMemory(checked((int)RandomAccess.GetLength(file)) - to.Length), to.Length, ct) is > 0 and var read)
            to.Advance(read);
    }

    private void Shipped(SessionId session, int bytes)
    {
        _store = default;
        _stuck.Remove(session);
        _health.Shipped(session);
        lock (_gate)
            _counters = new ShippingCounters(_counters.Shipped + 1, _counters.ShippedBytes + bytes, null);
    }

    private void Count(ShippingFailure failure)
    {
        lock (_gate)
        {
            _failures[(int)failure]++;
            _counters = _counters with { LastFailure = failure };
        }
    }
}
