using System.Text;
using K8sRecorder.Dialects;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Oracles;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Server-sent events: what a slow reading of the standard gives, for any split, under a small limit as well.</summary>
internal sealed class SseTarget : FuzzTarget
{
    private const int SmallLimit = 40;

    public override string Name => "sse";

    public override string Subject => "EventStreamParser: text/event-stream";

    public override IEnumerable<string> Dictionary =>
        ["data:", "data: ", "data", "event: message\n", "id: 1\n", "id:\0\n", "retry: 10\n", ": ping\n", "\n\n", "\r\n\r\n", "\r\r", "\r", "\uFEFF", "data: [DONE]\n\n"];

    public override IEnumerable<byte[]> Seeds() =>
    [
        .. Material.Responses.Where(r => r[0] is (byte)'d' or (byte)'e' or (byte)':'),
        "\uFEFFevent: a\r\ndata: 1\r\ndata:2\r\n\r\nid: 7\rdata\r\rdata: x\n\n: c\nretry: 9\n\n"u8.ToArray(),
    ];

    public override void Run(byte[] input, Measure measure)
    {
        Check(input, measure, EventStreamParser.DefaultMaxEventBytes);
        Check(input, measure, SmallLimit);
    }

    private static void Check(byte[] input, Measure measure, int limit)
    {
        var whole = new List<ServerSentEvent>();
        var parser = new EventStreamParser(limit);
        measure.Begin();
        parser.Push(input, whole);
        parser.Complete(whole);
        measure.End();
        if (parser.Position != input.Length)
            throw new OracleException("position", $"{parser.Position} of {input.Length}");
        var end = 0L;
        foreach (var item in whole)
        {
            if (item.Start != end || item.End <= item.Start || item.End > input.Length || item.Data.Length > limit)
                throw new OracleException("events are side by side", $"{item.Start}-{item.End} after {end}, {item.Data.Length} bytes of data");
            end = item.End;
        }

        var text = Shown(whole, parser);
        foreach (var way in Splits.Ways(input))
        {
            var events = new List<ServerSentEvent>();
            var split = new EventStreamParser(limit);
            Splits.Feed(input, way, piece => split.Push(piece.Span, events));
            split.Complete(events);
            if (Shown(events, split) is var other && other != text)
                throw new OracleException("any split", $"limit {limit}, {way}:\n{other}whole:\n{text}");
        }

        if (limit > input.Length && SlowEventStream.Read(input) is var reference && reference != Fields(whole))
            throw new OracleException("as the standard has it", $"{Fields(whole)}but:\n{reference}");
    }

    private static string Fields(List<ServerSentEvent> events) =>
        string.Concat(events.Select(e => SlowEventStream.Line(e.Type, e.LastEventId, e.Data.Span)));

    private static string Shown(List<ServerSentEvent> events, EventStreamParser parser)
    {
        var text = new StringBuilder();
        foreach (var item in events)
            text.Append($"{item.Start}-{item.End} {item.IsTruncated} ").Append(SlowEventStream.Line(item.Type, item.LastEventId, item.Data.Span));
        return text.Append($"unfinished {parser.HasUnfinishedEvent}\n").ToString();
    }
}
