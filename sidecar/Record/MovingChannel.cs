using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>
/// A channel that may outlive its session: when the session is followed by another, it moves with its next byte and says where it began. Both
/// directions of a connection share it.
/// </summary>
/// <param name="sessions">Where it moves.</param>
/// <param name="target">The target's name in the policy.</param>
/// <param name="protocol">What is spoken.</param>
/// <param name="lease">The session that it begins in; it is this object's from now on.</param>
/// <param name="number">Its number there.</param>
internal sealed class MovingChannel(SessionRotation sessions, string target, string protocol, SessionLease lease, long number) : IDisposable
{
    private readonly SemaphoreSlim _moving = new(1, 1);
    private SessionLease _lease = lease;

    /// <summary>Its number in the session that it is in.</summary>
    public long Number { get; private set; } = number;

    public RecordingSession Session => _lease.Session;

    /// <summary>The session and number to record to now.</summary>
    public ValueTask<(SessionEpoch Epoch, long Number)> CurrentAsync() =>
        _lease.IsRetired ? MoveAsync() : ValueTask.FromResult((_lease.Epoch, Number));

    public void Dispose()
    {
        _lease.Dispose();
        _moving.Dispose();
    }

    private async ValueTask<(SessionEpoch Epoch, long Number)> MoveAsync()
    {
        await _moving.WaitAsync();
        try
        {
            if (!_lease.IsRetired)
                return (_lease.Epoch, Number);
            var (oldSession, oldNumber) = (_lease.Session.Id, Number);
            // a direction that still has its record open there holds the old session itself
            _lease.Dispose();
            _lease = sessions.Lease();
            Number = _lease.Session.NextChannel();
            var draft = _lease.Session.NewDraft("channel.continued", Number);
            draft.Set("target", target);
            draft.Set("protocol", protocol);
            draft.Set("session", oldSession.ToString());
            draft.Set("channel", oldNumber);
            await _lease.Session.AppendAsync(draft, CancellationToken.None);
            return (_lease.Epoch, Number);
        }
        finally
        {
            _moving.Release();
        }
    }
}
