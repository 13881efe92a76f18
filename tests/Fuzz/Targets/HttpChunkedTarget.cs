using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Oracles;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Chunked framing: the same for any split, no byte lost, and what a slow reading of RFC 9112 7.1 gives.</summary>
internal sealed class HttpChunkedTarget : FuzzTarget
{
    public override string Name => "http-chunked";

    public override string Subject => "ChunkedFraming: chunked bodies";

    public override IEnumerable<string> Dictionary => ["\r\n", "0\r\n", "5\r\nhello\r\n", ";a=b", ";a=\"\r\n\"", "ffffffff", "fffffffffffffff", "00", " ", "\t", "0x", "-1", "A\r\n"];

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

    private static string Shown((ChunkedStep Step, byte[] Data, int Taken) result) => $"{result.Step} {result.Data.Length} bytes of data, {result.Taken} taken";
}
