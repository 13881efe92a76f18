using System.Security.Cryptography;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Shipping;

/// <summary>
/// Ships what the spool holds: per session the open statement first, then the chunks in order, index and close object after them. Repeats
/// each until the store has acknowledged it; only then the spool entry goes. What fails holds up its own session only.
/// </summary>
public sealed class SpoolShipper(RecordingSpool spool, IGrantSource grants, ShippingOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SessionId, Retry> _retries = [];
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

    /// <summary>Ships until cancelled. One call at a time.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            // Taken before looking, so that an entry placed meanwhile is not missed.
            var next = spool.NextEntry();
            var wait = await RoundAsync(ct) ?? Timeout.InfiniteTimeSpan;
            if (wait != TimeSpan.Zero)
                await WaitAsync(next, wait, ct);
        }
    }

    /// <summary>Ships until nothing waits any more. Not beside <see cref="RunAsync"/>: cancel that first.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        while (await RoundAsync(ct) is { } wait)
        {
            if (wait != TimeSpan.Zero)
                await Task.Delay(wait, options.Time, ct);
        }
    }

    private async Task WaitAsync(Task next, TimeSpan wait, CancellationToken ct)
    {
        try
        {
            await next.WaitAsync(wait, options.Time, ct);
        }
        catch (TimeoutException)
        {
            // A retry is due.
        }
    }

    /// <summary>Tries what is there and due. Null: nothing waits; zero: something was shipped; else: how long until a retry is due.</summary>
    private async Task<TimeSpan?> RoundAsync(CancellationToken ct)
    {
        TimeSpan? wait = null;
        var shipped = false;
        foreach (var folder in spool.Folders())
        {
            if (_retries.TryGetValue(folder.Session, out var retry) && retry.Left(options.Time) is { Ticks: > 0 } left)
            {
                wait = wait < left ? wait : left;
                continue;
            }

            foreach (var entry in folder.Entries())
            {
                ct.ThrowIfCancellationRequested();
                if (!await TryShipAsync(entry, ct))
                {
                    var next = retry.Next(options);
                    _retries[folder.Session] = next;
                    wait = wait < next.Wait ? wait : next.Wait;
                    break;
                }

                _retries.Remove(folder.Session);
                retry = default;
                shipped = true;
            }
        }

        return shipped ? TimeSpan.Zero : wait;
    }

    /// <summary>One attempt; false: to be repeated. Nothing but cancellation gets out: whatever is wrong may be put right while we wait.</summary>
    private async Task<bool> TryShipAsync(SpoolEntry entry, CancellationToken ct)
    {
        try
        {
            using var bytes = new PooledBytes();
            if (!entry.IsTooLarge)
                await ReadAsync(entry.Path, bytes, ct);

            // Not what was put there: it is out of the way now, and the next is not held up.
            if (!spool.Accepts(entry, bytes.Span))
                return true;
            var request = new GrantRequest(entry.Key, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
            var given = await grants.RequestAsync([request], ct);
            var grant = given[0];
            if (!await PutAsync(grant, bytes.Memory, ct))
            {
                Count(static (counters, _) => counters with { Conflicts = counters.Conflicts + 1, LastError = "another object is there" }, 0);
                return false;
            }

            // Dying here leaves an entry that the store has: put again, it exists and is confirmed.
            spool.Disk.Reached(CrashPoint.Acknowledged);
            spool.RemoveEntry(entry);
            Count(
                static (counters, size) => counters with { Shipped = counters.Shipped + 1, ShippedBytes = counters.ShippedBytes + size, LastError = null },
                bytes.Length);
            return true;
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            lock (_gate)
                _counters = _counters with { Retries = _counters.Retries + 1, LastError = e is StoreException store ? store.Fault.ToString() : e.GetType().Name };
            return false;
        }
    }

    private static async Task ReadAsync(string path, PooledBytes to, CancellationToken ct)
    {
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous);
        while (await RandomAccess.ReadAsync(file, to.GetMemory(checked((int)RandomAccess.GetLength(file)) - to.Length), to.Length, ct) is > 0 and var read)
            to.Advance(read);
    }

    /// <summary>Puts the object; true: it is there with our bytes.</summary>
    private static async ValueTask<bool> PutAsync(UploadGrant grant, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            return await grant.PutAsync(bytes, ct) == PutResult.Created || await grant.ConfirmAsync(ct);
        }
        catch (StoreException e) when (e.Fault == StoreFault.Denied)
        {
            // A create-only right is refused where an earlier put of unknown fate has landed.
            if (await grant.ConfirmAsync(ct))
                return true;
            throw;
        }
    }

    private void Count(Func<ShippingCounters, long, ShippingCounters> change, long size)
    {
        lock (_gate)
            _counters = change(_counters, size);
    }

    /// <summary>When a session that failed is tried again.</summary>
    private readonly record struct Retry(TimeSpan Wait, long Since)
    {
        public TimeSpan Left(TimeProvider time) => Wait - time.GetElapsedTime(Since);

        public Retry Next(ShippingOptions options)
        {
            var wait = Wait == TimeSpan.Zero ? options.FirstBackoff : Wait * 2;
            return new Retry(wait < options.MaxBackoff ? wait : options.MaxBackoff, options.Time.GetTimestamp());
        }
    }
}
