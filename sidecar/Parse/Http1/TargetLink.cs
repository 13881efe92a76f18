using System.Diagnostics.CodeAnalysis;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// The target's side of an agent's connection. Between two exchanges a receive is already waiting on it: if it has ended when the next
/// request is there, the target closed the connection (or said something unasked) and a new one is dialled, with nothing sent yet. It
/// costs nothing: the same receive brings the response. One flow owns it, but for <see cref="Cut"/>.
/// </summary>
internal sealed class TargetLink
{
    private HttpTarget? _target;
    private volatile Wire? _wire;
    private volatile CancellationTokenSource? _dialling;
    private ValueTask<int> _early;
    private bool _hasEarly;
    private int _isKept;

    public Wire Wire => _wire ?? throw new InvalidOperationException("the target was not reached");

    /// <summary>What the target sent and nobody used yet.</summary>
    public WireBuffer In { get; } = new();

    /// <summary>Whether an exchange was on it before this one.</summary>
    public bool WasUsed { get; private set; }

    /// <summary>Whom a connection was kept to that is still there; null where none is.</summary>
    public HttpTarget? Kept => Volatile.Read(ref _isKept) != 0 && !_early.IsCompleted && !Wire.IsReadable() ? _target : null;

    /// <summary>Sees to it that there is a connection; false if the target could not be reached.</summary>
    /// <param name="target">Whom to.</param>
    /// <param name="canBeSentAgain">Whether the request may be sent on a connection that has just ended: else it is looked at once more.</param>
    public ValueTask<bool> ReachAsync(HttpTarget target, bool canBeSentAgain)
    {
        WasUsed = Interlocked.Exchange(ref _isKept, 0) != 0 && _target is { } last && last.IsSameWayAs(target);
        _target = target;
        var isThere = WasUsed && !_early.IsCompleted && (canBeSentAgain || !Wire.IsReadable());
        return isThere ? ValueTask.FromResult(true) : DialAsync(target);
    }

    /// <summary>Receives into <see cref="In"/>, of which the caller is told how much was added.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "each is awaited once: here, or when the link is dropped")]
    public ValueTask<int> ReceiveAsync()
    {
        if (!_hasEarly)
            return Wire.ReceiveInTurnAsync(In.Free());
        _hasEarly = false;
        return _early;
    }

    /// <summary>The exchange is over and the connection stays.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "each is awaited once: by the next exchange, or when the link is dropped")]
    public void Keep()
    {
        In.Fit(WireBuffer.IdleBytes);
        _early = Wire.ReceiveAsync(In.Free());
        _hasEarly = true;
        Volatile.Write(ref _isKept, 1);
    }

    /// <summary>The sweep's thread: nobody asked for long, so it ends, unless somebody asks in this moment.</summary>
    public void Retire()
    {
        if (Interlocked.Exchange(ref _isKept, 0) != 0)
            Cut();
    }

    /// <summary>Any thread: ends whatever waits on it.</summary>
    public void Cut()
    {
        _wire?.Cut();
        try
        {
            _ = _dialling?.CancelAsync(); // what follows it is not the caller's to do
        }
        catch (ObjectDisposedException)
        {
            // it was there in the meantime
        }
    }

    /// <summary>Closes it. Its buffer goes back when nothing reads into it any more.</summary>
    public async ValueTask DropAsync()
    {
        if (_wire is { } wire)
        {
            _wire = null;
            if (_hasEarly)
            {
                _hasEarly = false;
                wire.Cut();
                try
                {
                    await _early;
                }
                catch (Exception gone) when (Http1Connection.IsGone(gone))
                {
                    // that is what was wanted
                }
            }
            wire.Dispose();
        }
        Volatile.Write(ref _isKept, 0);
        In.Dispose();
    }

    private async ValueTask<bool> DialAsync(HttpTarget target)
    {
        await DropAsync();
        WasUsed = false;
        using var dialling = new CancellationTokenSource();
        _dialling = dialling;
        try
        {
            _wire = await target.DialAsync(dialling.Token);
        }
        finally
        {
            _dialling = null;
        }
        return _wire is not null;
    }
}
