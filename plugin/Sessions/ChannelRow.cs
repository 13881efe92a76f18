using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Sessions;

/// <summary>A raw channel, counted while its records go by.</summary>
internal sealed class ChannelRow(SessionRecord opened)
{
    private string? _unread = opened.Text("onlyCountedFor");
    private long _sent;
    private long _received;

    public void Add(SessionRecord data)
    {
        var size = data.Content("body")?.Size ?? 0;
        if (data.Text("from") == "agent")
            _sent += size;
        else
            _received += size;
    }

    /// <summary>From here on its bytes are only counted.</summary>
    public void ReadNoMore(SessionRecord unread) => _unread = unread.Text("onlyCountedFor");

    /// <summary>The row; null for the channel of an HTTP exchange, which has its own.</summary>
    /// <param name="session">Its session.</param>
    /// <param name="closed">Its last record; null while it is open.</param>
    public ExchangeRow? ToRow(SessionReader session, SessionRecord? closed)
    {
        if (_unread is not null)
            (_sent, _received) = (closed?.Number("in") ?? 0, closed?.Number("out") ?? 0);
        var protocol = opened.Text("protocol") ?? "?";
        return protocol.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? null : new ExchangeRow
        {
            Session = session.Id,
            Seq = opened.Seq,
            Channel = opened.Channel ?? 0,
            At = opened.At,
            Namespace = session.Statement?.Namespace,
            Pod = session.Statement?.Pod,
            Target = opened.Text("target") ?? "?",
            Protocol = protocol,
            Text = $"{protocol}, {Amount.Bytes(_sent)} sent, {Amount.Bytes(_received)} received{(_unread is null ? "" : $", not read ({_unread})")}{(closed is null ? ", open" : "")}",
            Duration = closed?.At - opened.At,
            SentBytes = _sent,
            ReceivedBytes = _received,
        };
    }
}
