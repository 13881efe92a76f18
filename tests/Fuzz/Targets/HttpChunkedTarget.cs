using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Oracles;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Chunked framing: the same for any split, no byte lost, and what a slow reading of RFC 9112 7.1 gives.</summary>
internal sealed class HttpChunkedTarget : FuzzTarget
{
    public override string Name => "http-chunked";

    public override string Subject => "ChunkedFraming, Http1Body: chunked bodies and trailers";

    public override IEnumerable<string> Dictionary => ["\r\n", "0\r\n", "5\r\nhello\r\n", ";a=b", ";a=\"\r\n\"", "ffffffff", "fffffffffffffff", "00", " ", "\t", "0x", "-1", "A\r\n", "0\r\nX: y\r\n\r\n", "Content-Length: 1\r\n"];

    public override IEnumerable<byte[]> Seeds() =>
    [
        "A\r\n0123456789\r\n00005;ext=\"1;2\";x\r\nhello\r\n0;last\r\nX: y\r\n\r\n"u8.ToArray(),
        "3 \t;a\r\nabc\r\n2  \r\nde\r\n000\r\n"u8.ToArray(),
    ];

    public override void Run(byte[] input, Measure measure)
    {
        measure.Begin();
        var whole = Read([input]);
        measure.End();
        foreach (var way in Splits.Ways(input))
        {
            var pieces = new List<ReadOnlyMemory<byte>>();
            Splits.Feed(input, way, pieces.Add);
            var split = Read(pieces);
            if (!split.Data.SequenceEqual(whole.Data) || split.Step != whole.Step || split.Taken != whole.Taken)
                throw new OracleException("any split", $"{way}: {Shown(split)} whole: {Shown(whole)}");
        }

        CheckBody(input, [input], whole);
        foreach (var way in Splits.Ways(input))
        {
            var pieces = new List<ReadOnlyMemory<byte>>();
            Splits.Feed(input, way, pieces.Add);
            CheckBody(input, pieces, whole);
        }

        var slow = SlowChunks.Read(input);
        if (whole.Step != slow.Step || !whole.Data.SequenceEqual(slow.Data) || (whole.Step == ChunkedStep.LastChunk && whole.Taken != slow.Taken))
            throw new OracleException("as RFC 9112 has it", $"{Shown(whole)} but {Shown(slow)}");
    }

    private static (ChunkedStep Step, byte[] Data, int Taken) Read(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var framing = new ChunkedFraming();
        var data = new List<byte>();
        var (step, all) = (ChunkedStep.NeedMore, 0);
        foreach (var piece in pieces)
        {
            var rest = piece;
            do
            {
                step = framing.Next(rest.Span, out var taken, out var length);
                if (taken > rest.Length || length > taken || (step == ChunkedStep.Data && length == 0))
                    throw new OracleException("what is taken is there", $"{taken} {length} of {rest.Length}");
                data.AddRange(rest.Span[(taken - length)..taken]);
                rest = rest[taken..];
                all += taken;
            }
            while (step == ChunkedStep.Data);
            if (step != ChunkedStep.NeedMore)
                break;
            if (!rest.IsEmpty)
                throw new OracleException("more is wanted only when all is taken", $"{rest.Length} left");
        }

        return (step, data.ToArray(), all);
    }

    /// <summary>The whole body with its trailers, as the relay takes it: pieces side by side, data as the framing has it.</summary>
    private static void CheckBody(byte[] input, IEnumerable<ReadOnlyMemory<byte>> pieces, (ChunkedStep Step, byte[] Data, int Taken) framing)
    {
        using var body = new Http1Body();
        body.Open(new Http1Framing(BodyKind.Chunked, -1), isRequest: false);
        var data = new List<byte>();
        var (status, at, end) = (ParseStatus.NeedMore, 0, 0);
        foreach (var piece in pieces)
        {
            end += piece.Length;
            status = body.Take(input, at, end - at, out var taken);
            if (taken.Wire > end - at || (status == ParseStatus.Complete) != taken.IsLast)
                throw new OracleException("a piece is there", $"{taken.Wire} of {end - at}, {status}");
            data.AddRange(taken.Data.Span);
            at += taken.Wire;
            if (status != ParseStatus.NeedMore)
                break;
        }

        if (!framing.Data.AsSpan().SequenceEqual(data.ToArray()))
            throw new OracleException("a body's data is its framing's", $"{data.Count} bytes, {Shown(framing)}");
        var trailers = Trailers(input.AsSpan(Math.Min(framing.Taken, input.Length)).ToArray());
        var expected = framing.Step == ChunkedStep.LastChunk ? trailers.Status : framing.Step == ChunkedStep.Invalid ? ParseStatus.Invalid : ParseStatus.NeedMore;
        if (status != expected && (input.Length > 0 || status != ParseStatus.NeedMore))
            throw new OracleException("a body ends where its trailers do", $"{status}, {expected}");
        if (status == ParseStatus.Complete && at != framing.Taken + trailers.Length)
            throw new OracleException("a body is as long as its framing", $"{at}, {framing.Taken} and {trailers.Length}");
    }

    private static (ParseStatus Status, int Length) Trailers(byte[] bytes)
    {
        var head = new HttpHead();
        var parser = new Http1HeadParser(Http1HeadKind.Trailers, head);
        parser.Reset();
        var status = parser.Parse(bytes, 0, bytes.Length);
        var isForbidden = head.Has(HttpFieldName.ContentLength) || head.Has(HttpFieldName.TransferEncoding) || head.Has(HttpFieldName.Host);
        return (status == ParseStatus.Complete && isForbidden ? ParseStatus.Invalid : status, head.Length);
    }

    private static string Shown((ChunkedStep Step, byte[] Data, int Taken) result) => $"{result.Step} {result.Data.Length} bytes of data, {result.Taken} taken";
}
