using K8sRecorder.Recording.Index;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>Records a raw connection: when it opened, what passed each way, how it ended; see <see cref="MovingChannel"/>.</summary>
internal sealed class TcpChannelRecorder : IDisposable
{
    private readonly RecorderSettings _settings;
    private readonly ChannelFacts _facts;
    private readonly MovingChannel _channel;
    private DateTimeOffset _at;

    public TcpChannelRecorder(SessionRotation sessions, RecorderSettings settings, ChannelFacts facts)
    {
        _settings = settings;
        _facts = facts;
        var lease = sessions.Lease();
        _channel = new MovingChannel(sessions, facts, facts.Protocol, settings, lease, lease.Session.NextChannel());
        FromAgent = new TcpDirectionRecorder(_channel, "agent", settings, facts.OnlyCountedFor is not null);
        FromTarget = new TcpDirectionRecorder(_channel, "target", settings, facts.OnlyCountedFor is not null);
    }

    public TcpDirectionRecorder FromAgent { get; }

    public TcpDirectionRecorder FromTarget { get; }

    public ValueTask OpenAsync(int peerPort)
    {
        var draft = _channel.Session.NewDraft("channel.opened", _channel.Number);
        _at = draft.At;
        draft.Set("target", _facts.Target);
        draft.Set("protocol", _facts.Protocol);
        draft.Set("peer", peerPort);
        _facts.Describe(draft, _settings);
        return _channel.Session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>What follows cannot be read, and is only counted: that is recorded when this returns. In the turn of the agent's direction.</summary>
    public async ValueTask ReadNoMoreAsync(string reason)
    {
        await FromAgent.EndAsync(null);
        FromAgent.ReadNoMore();
        FromTarget.ReadNoMore();
        var (epoch, number) = await _channel.EnterAsync();
        try
        {
            var draft = epoch.Session.NewDraft("channel.unread", number);
            draft.Set("onlyCountedFor", reason);
            await epoch.Session.AppendAsync(draft, CancellationToken.None);
        }
        finally
        {
            epoch.Leave();
        }
    }

    public async ValueTask CloseAsync(string reason, string? cut)
    {
        await FromAgent.EndAsync(cut);
        await FromTarget.EndAsync(cut);
        var session = _channel.Session;
        var draft = session.NewDraft("channel.closed", _channel.Number);
        draft.Set("reason", reason);
        draft.Set("in", FromAgent.Bytes);
        draft.Set("out", FromTarget.Bytes);
        await session.AppendAsync(draft, CancellationToken.None);
        session.AddIndexRow(new IndexRow(_channel.Number, _at, _facts.Target, _facts.Protocol)
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
        _channel.Dispose();
    }
}
