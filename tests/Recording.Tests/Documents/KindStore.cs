using System.Text;
using K8sRecorder.Recording.Index;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Tests.Sessions;

namespace K8sRecorder.Recording.Tests.Documents;

/// <summary>
/// A store with a record of every kind, and every field that a kind has: what <c>Vectors/kinds</c> was made by. One session that goes on after a
/// restart and rotates, one that a later start closes, one whose key is lost, one that takes over.
/// </summary>
internal static class KindStore
{
    /// <summary>Structure and content of the kinds that a recorder writes once each; content begins with <c>=</c>.</summary>
    private static readonly (string Kind, (string Field, object Value)[] Fields)[] Single =
    [
        ("channel.opened", [("target", "api"), ("protocol", "TCP"), ("peer", 40000), ("destination", "192.0.2.1:443"), ("dialled", "192.0.2.2:443"), ("source", "198.51.100.1:5000"),
            ("tls", "1.3"), ("authority", "=api.example:443"), ("alpn", "h2"), ("onlyCountedFor", "passthrough"), ("name", "=api.example")]),
        ("channel.unread", [("onlyCountedFor", "uninterceptable")]),
        ("channel.closed", [("reason", "closed"), ("in", 12), ("out", 34)]),
        ("channel.continued", [("target", "api"), ("protocol", "TCP"), ("session", "01m7yrrt80aaaaaaaaaaaaaaaa"), ("channel", 7), ("destination", "192.0.2.1:443"), ("dialled", "192.0.2.2:443"),
            ("source", "198.51.100.1:5000"), ("tls", "1.3"), ("authority", "=api.example:443"), ("alpn", "h2"), ("onlyCountedFor", "unmatched"), ("name", "=api.example")]),
        ("connection.refused", [("destination", "192.0.2.5:443"), ("reason", "unmatched"), ("authority", "=other.example:443"), ("name", "=other.example")]),
        ("connection.begun", [("target", "api"), ("destination", "192.0.2.1:443"), ("dialled", "192.0.2.2:443"), ("authority", "=api.example:443"), ("name", "=api.example")]),
        ("http.reset", [("target", "api"), ("from", "target"), ("code", "REFUSED_STREAM"), ("connection", true)]),
        ("http2.error", [("target", "api"), ("connection", "agent"), ("from", "recorder"), ("code", "PROTOCOL_ERROR"), ("destination", "192.0.2.1:443"), ("dialled", "192.0.2.2:443"),
            ("source", "198.51.100.1:5000"), ("tls", "1.3"), ("authority", "=api.example:443")]),
        ("truncated", [("of", "ws.message"), ("message", 1), ("from", "target"), ("bytes", 70000), ("keyedDigest", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]),
        ("gap", [("reason", "spoolFull"), ("records", 2), ("bytes", 300), ("from", "2026-11-21T10:00:00.000Z"), ("to", "2026-11-21T10:00:01.000Z"), ("session", "01m7yrrt80aaaaaaaaaaaaaaaa")]),
        ("guard.denied", [("target", "api"), ("rule", "no-admin"), ("reason", "path")]),
        ("dns.query", [("transport", "udp"), ("type", "TXT"), ("class", "CH"), ("name", "=version.bind"), ("options", "=;; option NSID\n")]),
        ("dns.answer", [("transport", "udp"), ("type", "TXT"), ("class", "CH"), ("status", "NOERROR"), ("ms", 3), ("ttl", 60), ("truncated", true), ("stripped", 1), ("name", "=version.bind"),
            ("answers", "=@ TXT \"1\"\n")]),
        ("dns.query", [("transport", "tcp"), ("type", "HTTPS"), ("status", "NOERROR"), ("ms", 1), ("ttl", 300), ("truncated", true), ("stripped", 2), ("name", "=a.example"), ("answers", "=@ HTTPS 1 . alpn=\"h2\"\n")]),
    ];

    public static async Task WriteAsync(SessionRig rig)
    {
        await using (var store = new FolderStore(rig.StoreFolder))
            rig.Identity = rig.Identity with { Store = await StoreIdentity.GetOrCreateAsync(store, store, null, default) };
        var options = rig.Options() with { Software = "k8srecorder/0.1.0", StreamRecordBytes = 16 };
        await using (var first = await rig.StartAsync(options))
        {
            foreach (var (kind, fields) in Single)
            {
                rig.Time.Advance(TimeSpan.FromMilliseconds(1));
                await first.AppendAsync(Filled(first.NewDraft(kind, kind == "gap" ? 0 : first.NextChannel()), fields), default);
            }
            await WriteHttpAsync(first, rig);
            await first.FlushAsync(default);
        }
        rig.Restart();
        await using (var resumed = await rig.StartAsync(options))
        {
            await WriteMessagesAsync(resumed);
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await using var next = await resumed.OpenNextAsync(rig.Identity, default);
            await resumed.CloseAsync("maxAge", next, default);
            await next.FlushAsync(default);
        }
        await LeaveAsync(rig, options, loseKeys: false);
        await LeaveAsync(rig, options, loseKeys: true);
        await using var last = await rig.StartAsync(options);
        await last.CloseAsync("stopped", null, default);
    }

    /// <summary>The process ends, and another one begins under another policy: what was left is closed, or recovered where its key is lost.</summary>
    private static async Task LeaveAsync(SessionRig rig, SessionOptions options, bool loseKeys)
    {
        if (loseKeys)
            rig.LoseKeys();
        rig.Restart();
        rig.Identity = rig.Identity with { Policy = $"sha256:{(loseKeys ? 2 : 1)}" };
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await using var follower = await rig.StartAsync(options);
        await follower.FlushAsync(default);
    }

    private static async Task WriteHttpAsync(RecordingSession session, SessionRig rig)
    {
        var channel = session.NextChannel();
        session.AddIndexRow(new IndexRow(channel, rig.Time.GetUtcNow(), "api", "HTTP") { Method = "POST", Status = 200 });
        await WriteAsync(session, channel, "http.request", "http.request.data", null,
            [("target", "api"), ("method", "POST"), ("destination", "192.0.2.1:443"), ("dialled", "192.0.2.2:443"), ("source", "198.51.100.1:5000"), ("tls", "1.3"), ("authority", "=api.example:443"),
                ("length", 1000), ("date", "2026-11-21T09:59:59.000Z"), ("run", "=run-1"), ("head", "=POST /v1/x HTTP/1.1\nhost: api.example\ncontent-length\ndate\n")],
            [("trailers", "=checksum: 1\n"), ("cut", "clientAborted")]);
        await WriteAsync(session, channel, "http.response", "http.response.data", null,
            [("status", 200), ("dialled", "192.0.2.2:443"), ("origin", "recorder"), ("length", 1000), ("date", "2026-11-21T09:59:59.000Z"), ("head", "=HTTP/1.1 200 OK\ncontent-length\ndate\n")],
            [("trailers", "=checksum: 2\n"), ("cut", "targetFailed")], events: true);
        channel = session.NextChannel();
        await WriteAsync(session, channel, "http.request", "http.request.data", null,
            [("target", "api"), ("method", "CONNECT"), ("protocol", "websocket"), ("head", "=CONNECT /ws HTTP/2\n")], [("trailers", "=a: b\n"), ("cut", "recorderStopped")], small: true);
        await WriteAsync(session, channel, "http.response", "http.response.data", null,
            [("status", 502), ("head", "=HTTP/2 502\n")], [("trailers", "=a: b\n"), ("error", "the target could not be reached"), ("cut", "refused")], small: true, events: true);
    }

    private static async Task WriteMessagesAsync(RecordingSession session)
    {
        var channel = session.NextChannel();
        await WriteAsync(session, channel, "tcp.data", "tcp.data", "agent", [("from", "agent")], [("cut", "limit")], events: true);
        (string, object)[] message = [("from", "target"), ("message", 1), ("type", "close"), ("code", 1001), ("deflated", true), ("count", 2), ("continues", true), ("broken", "control")];
        await WriteAsync(session, channel, "ws.message", "ws.message.data", "target", message, [("error", "not UTF-8"), ("cut", "continued")], events: true, number: 1);
        message[1] = ("message", 2);
        await WriteAsync(session, channel, "ws.message", "ws.message.data", "target", message, [("error", "not UTF-8"), ("cut", "limit")], small: true, events: true, number: 2);
    }

    /// <summary>A message whose body came in pieces, a masked one among them, and was not decided to its end.</summary>
    private static async Task WriteAsync(
        RecordingSession session, long channel, string kind, string continuation, string? from, (string, object)[] before, (string, object)[] after, bool small = false, bool events = false, long number = 0)
    {
        var stream = session.Begin(Filled(session.NewDraft(kind, channel), before), continuation, null, events, from, number);
        await stream.AppendAsync(Encoding.UTF8.GetBytes("ü [MASKED:k]"), [new ContentSpan(3, 10, "k", "tag")], 20, 0, default);
        if (!small)
        {
            await session.FlushAsync(default);
            await stream.AppendAsync(new byte[] { 0xff, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 }, null, 18, 0, default);
            await session.FlushAsync(default);
        }
        await stream.AppendAsync("end"u8.ToArray(), null, 3, 5, default);
        await stream.CompleteAsync(trailer => Filled(trailer, after), default);
        await session.FlushAsync(default);
    }

    private static RecordDraft Filled(RecordDraft draft, (string Field, object Value)[] fields)
    {
        foreach (var (field, value) in fields)
        {
            switch (value)
            {
                case int number:
                    draft.Set(field, number);
                    break;
                case bool flag:
                    draft.Set(field, flag);
                    break;
                case string text when text.StartsWith('='):
                    draft.SetContent(field, Encoding.UTF8.GetBytes(text[1..]));
                    break;
                default:
                    draft.Set(field, (string)value);
                    break;
            }
        }
        return draft;
    }
}
