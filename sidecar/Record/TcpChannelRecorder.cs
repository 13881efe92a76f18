using K8sRecorder.Recording.Index;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>
/// Records a raw connection: when it opened, what passed each way, how it ended. When the session is followed by another, the
/// channel moves with its next byte and says where it began.
/// </summary>
internal sealed class TcpChannelRecorder : IDisposable
{
    private readonly SessionRotation _sessions;
    private readonly RecorderSettings _settings;
    private readonly ChannelFacts _facts;
    private readonly SemaphoreSlim _moving = new(1, 1);
    private SessionLease _lease;
    private long _channel;
    private DateTimeOffset _at;

    public TcpChannelRecorder(SessionRotation sessions, RecorderSettings settings, ChannelFacts facts)
    {
        _sessions = sessions;
        _settings = settings;
        _facts = facts;
        FromAgent = new TcpDirectionRecorder(this, "agent", settings, facts.OnlyCountedFor is not null);
        FromTarget = new TcpDirectionRecorder(this, "target", settings, facts.OnlyCountedFor is not null);
    }

    public TcpDirectionRecorder FromAgent { get; }

    public TcpDirectionRecorder FromTarget { get; }

    public ValueTask OpenAsync(int peerPort)
    {
        _lease = _sessions.Lease();
        _channel = _lease.Session.NextChannel();
        var draft = _lease.Session.NewDraft("channel.opened", _channel);
        _at = draft.At;
        draft.Set("target", _facts.Target);
        draft.Set("protocol", _facts.Protocol);
        draft.Set("peer", peerPort);
        _facts.Describe(draft, _settings);
        return _lease.Session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>The session and number to record to now.</summary>
    public ValueTask<(SessionEpoch Epoch, long Number)> CurrentAsync() =>
        _lease.IsRetired ? MoveAsync() : ValueTask.FromResult((_lease.Epoch, _channel));

    public async ValueTask CloseAsync(string reason, string? cut)
    {
        await FromAgent.EndAsync(cut);
        await FromTarget.EndAsync(cut);
        var session = _lease.Session;
        var draft = session.NewDraft("channel.closed", _channel);
        draft.Set("reason", reason);
        draft.Set("in", FromAgent.Bytes);
        draft.Set("out", FromTarget.Bytes);
        await session.AppendAsync(draft, CancellationToken.None);
        session.AddIndexRow(new IndexRow(_channel, _at, _facts.Target, _facts.Protocol)
        {
            RequestBytes = FromAgent.Bytes,
            ResponseBytes = FromTarget.Bytes,
            Duration = _settings.Time.GetUtcNow() - _at,
        });
    }

    public void Dispose()
    {
        FromAgent.Dispose();
        FromTarget.Dispose();
        _lease.Dispose();
        _moving.Dispose();
    }

    private async ValueTask<(SessionEpoch Epoch, long Number)> MoveAsync()
    {
        await _moving.WaitAsync();
        try
        {
            if (!_lease.IsRetired)
                return (_lease.Epoch, _channel);
            var (oldSession, oldChannel) = (_lease.Session.Id, _channel);
            // a direction that still has its record open there holds the old session itself
            _lease.Dispose();
            _lease = _sessions.Lease();
            _channel = _lease.Session.NextChannel();
            var draft = _lease.Session.NewDraft("channel.continued", _channel);
            draft.Set("target", _facts.Target);
            draft.Set("protocol", _facts.Protocol);
            draft.Set("session", oldSession.ToString());
            draft.Set("channel", oldChannel);
            await _lease.Session.AppendAsync(draft, CancellationToken.None);
            return (_lease.Epoch, _channel);
        }
        finally
        {
            _moving.Release();
        }
    }
}
