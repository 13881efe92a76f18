using System.Text.Json;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>Prints records that are entries by themselves: raw TCP, DNS, what happened to the session, gaps.</summary>
internal sealed class RecordPrinter(Printer output, int chars)
{
    /// <summary>Where the further lines of an entry's first line begin.</summary>
    public const int Indent = 6;
    private static readonly (string Field, string Words)[] Ways =
        [("destination", "to"), ("authority", "asked for"), ("dialled", "dialled"), ("name", "as"), ("source", "from"), ("tls", "TLS"), ("alpn", "ALPN")];

    private readonly Dictionary<long, string> _targets = [];

    /// <summary>Records that follow of a channel are those of a target, though none of them says so.</summary>
    public void Name(long channel, string target) => _targets[channel] = target;

    public async Task PrintAsync(SessionRecord record, CancellationToken cancellationToken)
    {
        if (DnsLine.IsDns(record))
        {
            output.Flow(
                Indent,
                [
                    (FormattableString.Invariant($"#{record.Seq}"), Tone.Strong), (Amount.Clock(record.At), Tone.Faint),
                    .. await DnsLine.PiecesAsync(record, chars == int.MaxValue, cancellationToken),
                ]);
            return;
        }
        if (record.Channel is { } opened && record.Text("target") is { } target)
            _targets[opened] = target;
        var pieces = new List<(string, Tone)>
        {
            (FormattableString.Invariant($"#{record.Seq}"), Tone.Strong), (Amount.Clock(record.At), Tone.Faint),
        };
        if (record.Channel is { } channel)
            pieces.AddRange([(_targets.GetValueOrDefault(channel, "?"), Tone.Strong), (FormattableString.Invariant($"ch {channel}"), Tone.Faint)]);
        var (text, tone) = Describe(record);
        pieces.AddRange(text.Split('\n').Select(piece => (piece, tone)));
        if (record.Kind is "channel.opened" or "connection.refused" or "connection.begun")
            await AddWayAsync(pieces, record, cancellationToken);
        output.Flow(Indent, pieces);
        if (record.Content("body") is { } body)
            await PrintBodyAsync(record, body, cancellationToken);
        if (record.Kind == "channel.closed" && record.Channel is { } closed)
            _targets.Remove(closed);
    }

    /// <summary>Where a connection was meant to go, and whether it was read.</summary>
    private async Task AddWayAsync(List<(string, Tone)> pieces, SessionRecord record, CancellationToken cancellationToken)
    {
        foreach (var (field, words) in Ways)
        {
            if (record.Text(field) is { } plain)
                pieces.Add(($"{words} {plain}", Tone.Plain));
            else if (record.Content(field) is { } content)
                pieces.Add(($"{words} {Excerpt.Of((await record.Session.ReadAsync(content, cancellationToken)).ToArray(), chars).Text}", Tone.Plain));
        }
        if (record.Text("onlyCountedFor") is { } why)
            pieces.Add(($"not read ({why})", Tone.Caution));
    }

    private async Task PrintBodyAsync(SessionRecord record, ContentReference body, CancellationToken cancellationToken)
    {
        var content = await record.Session.ReadAsync(body, cancellationToken);
        var fromAgent = record.Text("from") == "agent";
        var (text, leftOut) = Excerpt.Of(content.ToArray(), chars);
        output.Beside(fromAgent ? TranscriptPrinter.Out : TranscriptPrinter.In, fromAgent ? Tone.Agent : Tone.Target, text);
        if (leftOut is not null || !content.IsComplete)
            output.Block(leftOut ?? "parts are missing", TranscriptPrinter.Out.Length, Tone.Faint);
    }

    private static (string, Tone) Describe(SessionRecord record) => record.Kind switch
    {
        "session.opened" => ($"session opened by {record.Text("software") ?? "?"}, mode {record.Text("mode") ?? "?"}", Tone.Faint),
        "session.resumed" => ($"session resumed after a restart, {Amount.Bytes(record.Number("lostBytes") ?? 0)} of a torn entry lost", Tone.Caution),
        "session.recovered" => ($"session recovered by {record.Text("by") ?? "?"}", Tone.Caution),
        "session.closed" => ($"session closed: {record.Text("reason") ?? "?"}{(record.Text("next") is { } next ? "\ngoes on as " + next : "")}", Tone.Faint),
        "channel.opened" => ($"{record.Text("protocol") ?? "?"} opened", Tone.Plain),
        "channel.unread" => ($"not read from here on ({record.Text("onlyCountedFor") ?? "?"})", Tone.Caution),
        "connection.begun" => ("handshake begins", Tone.Faint),
        "connection.refused" => ($"refused: {record.Text("reason") ?? "?"}", Tone.Bad),
        "channel.continued" => ($"{record.Text("protocol") ?? "?"} goes on\nfrom {record.Text("session")} ch {record.Number("channel")}", Tone.Plain),
        "channel.closed" => ($"closed: {record.Text("reason") ?? "?"}, {Amount.Bytes(record.Number("in") ?? 0)} in, {Amount.Bytes(record.Number("out") ?? 0)} out", Tone.Plain),
        "tcp.data" => (Amount.Bytes(record.Content("body")?.Size ?? 0) + (record.Text("cut") is { } cut ? $", cut ({cut})" : ""), Tone.Faint),
        "ws.message" or "ws.message.data" => (Message(record), record.Text("broken") is null ? Tone.Faint : Tone.Caution),
        "gap" => ($"gap: {record.Number("records") ?? 0} records, {Amount.Bytes(record.Number("bytes") ?? 0)} not recorded ({record.Text("reason") ?? "?"}{(record.Text("session") is { } lost ? $" of {lost}" : "")})\n{record.Text("from")} to {record.Text("to")}", Tone.Bad),
        "truncated" => ($"{record.Text("of")}{(record.Number("message") is { } message ? FormattableString.Invariant($" {message}") : "")} is not recorded in full: {Amount.Bytes(record.Number("bytes") ?? 0)} left out", Tone.Caution),
        "http.reset" => ($"reset by the {record.Text("from") ?? "?"}: {record.Text("code") ?? "?"}{(record.Flag("connection") ? ", with its connection" : "")}", Tone.Caution),
        "http2.error" => ($"{record.Text("target") ?? "?"}: the {record.Text("connection") ?? "?"}'s connection of HTTP/2 was ended by the {record.Text("from") ?? "?"}\n{record.Text("code") ?? "?"}", Tone.Caution),
        "guard.denied" => ($"denied by {record.Text("rule") ?? "?"}{(record.Text("reason") is { } why ? $" ({why})" : "")}", Tone.Bad),
        _ => ($"{record.Kind} {Fields(record)}", Tone.Plain),
    };

    /// <summary>A message of a WebSocket in words: what it is, how large, what is the matter with it.</summary>
    private static string Message(SessionRecord record)
    {
        var body = record.Content("body");
        var name = record.Number("message") is { } number ? FormattableString.Invariant($"message {number}") : "message";
        var facts = new List<string> { record.Kind == "ws.message" ? $"{name}: {record.Text("type") ?? "?"}" : $"{name} goes on" };
        if (record.Number("code") is { } code)
            facts[0] += FormattableString.Invariant($" {code}");
        if (record.Number("count") is { } count)
            facts[0] += FormattableString.Invariant($" ×{count}");
        if (record.Flag("continues"))
            facts.Add("goes on from the session before");
        if (body?.Size is > 0 and var size)
            facts.Add(Amount.Bytes(size));
        if (record.Flag("deflated"))
            facts.Add(FormattableString.Invariant($"deflated ({Amount.Bytes(body?.Wire ?? body?.Size ?? 0)} on the wire)"));
        if (record.Text("broken") is { } broken)
            facts.Add($"against the protocol from here on ({broken})");
        if (record.Text("error") is { } error)
            facts.Add(error);
        if (record.Text("cut") is { } cut)
            facts.Add($"cut ({cut})");
        return string.Join(", ", facts);
    }

    /// <summary>A kind this build does not know is shown with its fields.</summary>
    private static string Fields(SessionRecord record) => string.Join(' ',
        record.Json.EnumerateObject()
            .Where(field => field.Name is not ("seq" or "at" or "kind" or "ch") && field.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            .Select(field => field.Name + "=" + field.Value));
}
