using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>
/// A channel that may outlive its session: when the session is followed by another, it moves with its next byte and says where it began. Both
/// directions of a connection share it.
/// </summary>
/// <param name="sessions">Where it moves.</param>
/// <param name="facts">What is known of its connection: said again, for a session is read without those before it.</param>
/// <param name="protocol">What is spoken.</param>
/// <param name="settings">What recording needs to know of the policy.</param>
/// <param name="lease">The session that it begins in; it is this object's from now on.</param>
/// <param name="number">Its number there.</param>
internal sealed class MovingChannel(
    SessionRotation sessions, ChannelFacts facts, string protocol, RecorderSettings settings, SessionLease lease, long number) : IDisposable
{
    private readonly SemaphoreSlim _moving = new(1, 1);
    private SessionLease _lease = lease;
    private volatile Place _place = new(lease.Epoch, number);
    private long _messages;

    /// <summary>Its number in the session that it is in.</summary>
    public long Number => _place.Number;

    public RecordingSession Session => _place.Epoch.Session;

    /// <summary>A number for the next message of either direction, from 1. It stays the message's own where the channel moves.</summary>
    public long NextMessage() => Interlocked.Increment(ref _messages);

    /// <summary>The session and number to record to now. The session is held until <see cref="SessionEpoch.Leave"/>.</summary>
    public ValueTask<(SessionEpoch Epoch, long Number)> EnterAsync()
    {
        var place = _place;
        place.Epoch.Enter();
        if (!place.Epoch.IsRetired)
            return ValueTask.FromResult((place.Epoch, place.Number));
        place.Epoch.Leave();
        return MoveAsync();
    }

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
            var old = _place;
            if (old.Epoch.IsRetired)
            {
                // a direction that still has its record open there holds the old session itself
                _lease.Dispose();
                _lease = sessions.Lease();
                var next = new Place(_lease.Epoch, _lease.Session.NextChannel());
                var draft = _lease.Session.NewDraft("channel.continued", next.Number);
                draft.Set("target", facts.Target);
                draft.Set("protocol", protocol);
                draft.Set("session", old.Epoch.Session.Id.ToString());
                draft.Set("channel", old.Number);
                facts.Describe(draft, settings);
                _place = next;
                await _lease.Session.AppendAsync(draft, CancellationToken.None);
            }
            var place = _place;
            place.Epoch.Enter(); // the lease holds it meanwhile
            return (place.Epoch, place.Number);
        }
        finally
        {
            _moving.Release();
        }
    }

    private sealed record Place(SessionEpoch Epoch, long Number);
}
