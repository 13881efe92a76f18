using K8sRecorder.Sidecar.Parse.WebSocket;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>Records a WebSocket on the channel of the exchange that opened it, to its end; see <see cref="MovingChannel"/>.</summary>
internal sealed class WebSocketChannelRecorder : IDisposable
{
    private readonly MovingChannel _channel;

    /// <param name="sessions">Where it moves when its session is followed by another.</param>
    /// <param name="settings">What recording needs to know of the policy.</param>
    /// <param name="facts">What is known of the connection.</param>
    /// <param name="lease">The exchange's session; it is this object's from now on.</param>
    /// <param name="number">The exchange's channel in it.</param>
    /// <param name="deflate">How messages are compressed; null: not at all.</param>
    public WebSocketChannelRecorder(
        SessionRotation sessions, RecorderSettings settings, ChannelFacts facts, SessionLease lease, long number, DeflateTerms? deflate)
    {
        _channel = new MovingChannel(sessions, facts with { Dialled = facts.Dialled ?? facts.DialledLate?.Invoke() }, "WebSocket", settings, lease, number);
        FromAgent = new WebSocketDirection(_channel, "agent", settings, deflate);
        FromTarget = new WebSocketDirection(_channel, "target", settings, deflate);
    }

    public WebSocketDirection FromAgent { get; }

    public WebSocketDirection FromTarget { get; }

    /// <summary>It is over: what is open is completed, <paramref name="cut"/> says why.</summary>
    public async ValueTask CloseAsync(string reason, string? cut)
    {
        await FromAgent.EndAsync(cut ?? CutReason.ClientAborted);
        await FromTarget.EndAsync(cut ?? CutReason.TargetFailed);
        var session = _channel.Session;
        var draft = session.NewDraft("channel.closed", _channel.Number);
        draft.Set("reason", reason);
        draft.Set("in", FromAgent.Bytes);
        draft.Set("out", FromTarget.Bytes);
        await session.AppendAsync(draft, CancellationToken.None);
    }

    public void Dispose()
    {
        FromAgent.Dispose();
        FromTarget.Dispose();
        _channel.Dispose();
    }
}
