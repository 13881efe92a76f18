using System.Security.Cryptography;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Shipping;

/// <summary>
/// Attempts to upload one object, each with its time. A store that does not give an attempt back when its time is over (a file system that hangs)
/// keeps it, with its bytes; with more than a few of those, the next attempt waits for one of them. One attempt at a time.
/// </summary>
internal sealed class Uploads(IGrantSource grants, ShippingOptions options)
{
    private const int MostDoublings = 4;
    private const int MostLeftBehind = 4;

    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);

    private readonly List<Task> _leftBehind = [];
    private int _timeouts;

    /// <summary>Puts the object and looks whether it is there. The bytes are disposed when nobody uses them any more.</summary>
    /// <returns>Nothing but our caller's cancellation is thrown: whatever is wrong may be put right while we wait.</returns>
    public async Task<UploadOutcome> TryAsync(SpoolEntry entry, PooledBytes bytes, CancellationToken ct)
    {
        using var time = new CancellationTokenSource(TimeFor(bytes.Length), options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, ct);
        Task<ShippingFailure?>? putting = null;
        try
        {
            await LeftBehindAsync(either.Token);
            putting = PutAsync(entry, bytes.Memory, either.Token);
            var failure = await putting.WaitAsync(either.Token);
            _timeouts = Math.Max(0, _timeouts - 1);
            return new UploadOutcome(failure, null);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (StoreException e)
        {
            return new UploadOutcome(FailureOf(e.Fault), e.RetryAfter);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            _timeouts = Math.Min(_timeouts + 1, MostDoublings);
            return new UploadOutcome(ShippingFailure.TimedOut, null);
        }
        catch (Exception)
        {
            return new UploadOutcome(ShippingFailure.Unexpected, null);
        }
        finally
        {
            GiveBack(putting, bytes);
        }
    }

    /// <summary>Nothing more is tried: gives what is still under way a while.</summary>
    public async Task EndAsync()
    {
        _leftBehind.RemoveAll(static left => left.IsCompleted);
        if (_leftBehind.Count > 0)
            await Task.WhenAny(Task.WhenAll(_leftBehind), Task.Delay(LastPatience, options.Time, CancellationToken.None));
    }

    private static ShippingFailure FailureOf(StoreFault fault) => fault switch
    {
        StoreFault.Denied => ShippingFailure.Denied,
        StoreFault.NotAStore => ShippingFailure.NotAStore,
        StoreFault.Corrupted => ShippingFailure.Corrupted,
        StoreFault.Full => ShippingFailure.Full,
        StoreFault.ClockWrong => ShippingFailure.ClockWrong,
        StoreFault.TooLarge => ShippingFailure.TooLarge,
        StoreFault.InvalidKey => ShippingFailure.Unexpected,
        _ => ShippingFailure.Unavailable,
    };

    /// <summary>Of a put that was refused: the refusal is what counts where nobody can look.</summary>
    private static async ValueTask<bool> ConfirmsAsync(UploadGrant grant, CancellationToken ct)
    {
        try
        {
            return await grant.ConfirmAsync(ct);
        }
        catch (StoreException)
        {
            return false;
        }
    }

    /// <summary>What still runs keeps the bytes: in another's hands they would be stored as what they then are.</summary>
    private void GiveBack(Task? putting, PooledBytes bytes)
    {
        if (putting is null or { IsCompleted: true })
        {
            bytes.Dispose();
            return;
        }

        _leftBehind.Add(putting.ContinueWith(
            ended =>
            {
                _ = ended.Exception; // it is an attempt that was counted
                bytes.Dispose();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default));
    }

    private async Task LeftBehindAsync(CancellationToken ct)
    {
        _leftBehind.RemoveAll(static left => left.IsCompleted);
        if (_leftBehind.Count >= MostLeftBehind)
            await Task.WhenAny(_leftBehind).WaitAsync(ct);
    }

    /// <summary>Puts the object and looks whether it is there with our bytes. Null: it is.</summary>
    private async Task<ShippingFailure?> PutAsync(SpoolEntry entry, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        var request = new GrantRequest(entry.Key, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
        var grant = (await grants.RequestAsync([request], ct))[0];
        PutResult result;
        try
        {
            result = await grant.PutAsync(bytes, ct);
        }
        catch (StoreException e) when (e.Fault == StoreFault.Denied)
        {
            // A create-only right is refused where an earlier put of unknown fate has landed.
            if (await ConfirmsAsync(grant, ct))
                return null;
            throw;
        }

        // An acknowledgement is a promise; somebody between us and the store may have given it. The entry is our only copy.
        return await grant.ConfirmAsync(ct) ? null
            : result == PutResult.Created ? ShippingFailure.NotStored
            : ShippingFailure.Conflict;
    }

    private TimeSpan TimeFor(int bytes)
    {
        var time = options.AttemptTime + (TimeSpan.FromSeconds((double)bytes / options.SlowestBytesPerSecond) * (1 << _timeouts));
        return time < options.MaxAttemptTime ? time : options.MaxAttemptTime;
    }
}
