using K8sRecorder.Dialects;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Oracles;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Cutters of bodies: the same cuts for any split, ascending and inside; on valid JSON they are where a full parser would put them.</summary>
internal sealed class CutterTarget : FuzzTarget
{
    private const byte Stretch = 0xff;

    public override string Name => "cutter";

    public override string Subject => "ModelCallCutter and ContentDefinedCutter: where a body is cut";

    public override IEnumerable<string> Dictionary =>
    [
        "\"messages\":[", "\"input\":[", "\"contents\":[", "\"system\":", "\"tools\":", "\"model\":\"m\"", "{\"role\":\"user\",\"content\":\"", "{}", "[]", "[[", "{\"a\":",
        "\\\"", "\\\\", "\\u0041", ",", ":", "null", "-1.5e9", "\"", "\"messages\":", "\"mess\\u0061ges\":[",
    ];

    public override IEnumerable<byte[]> Seeds() =>
    [
        .. Material.Requests,
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":[1,\"x\",null]}],\"tools\":[{\"a\":1}]}"u8.ToArray(),
        [Stretch, 0, .. "some text that comes again"u8],
        [Stretch, 1, .. "some text that comes again"u8],
        "{\"system\":\"you are\",\"input\":[\"a\",\"b\",3,true],\"temperature\":0}"u8.ToArray(),
    ];

    public override void Run(byte[] input, Measure measure)
    {
        Check(input, measure, "model calls", () => new ModelCallCutter().Push);
        Check(input, measure, "content", () => new ContentDefinedCutter().Push);
        // Text may be too short for its cuts; JSON cannot begin so.
        if (input.Length > 1 && input[0] == Stretch)
            Check(Stretched(input), measure, "stretched content", () => new ContentDefinedCutter().Push);
        var cuts = new List<long>();
        new ModelCallCutter().Push(input, cuts);
        if (ReferenceCuts.Of(input) is { } expected && !expected.SequenceEqual(cuts))
            throw new OracleException("cuts as a parser puts them", $"[{string.Join(' ', cuts)}] but a parser: [{string.Join(' ', expected)}]");
    }

    /// <summary>So much that cuts by content and cuts by length come: the input again and again, each time a little other.</summary>
    private static byte[] Stretched(byte[] input)
    {
        var random = Splits.RandomOf(input);
        var stretched = new byte[ContentDefinedCutter.MaxPiece + (ContentDefinedCutter.MaxPiece / 4)];
        for (var at = 0; at < stretched.Length; at += input.Length)
        {
            input.AsSpan(0, Math.Min(input.Length, stretched.Length - at)).CopyTo(stretched.AsSpan(at));
            if ((input[1] & 1) == 0)
                stretched[at + random.Next(Math.Min(input.Length, stretched.Length - at))] ^= (byte)random.Next(256);
        }

        return stretched;
    }

    private static void Check(byte[] input, Measure measure, string what, Func<PushBytes> open)
    {
        var whole = new List<long>();
        var push = open();
        measure.Begin();
        push(input, whole);
        measure.End();
        for (var i = 0; i < whole.Count; i++)
        {
            // A cut at the very end divides nothing from what may come.
            if (whole[i] <= (i == 0 ? 0 : whole[i - 1]) || whole[i] > input.Length)
                throw new OracleException(what + " cuts ascend", string.Join(' ', whole));
        }

        foreach (var way in Splits.Ways(input))
        {
            var cuts = new List<long>();
            var split = open();
            var position = 0L;
            Splits.Feed(input, way, piece =>
            {
                var before = cuts.Count;
                split(piece.Span, cuts);
                // A caller never has to look back: a cut is not before what was pushed earlier.
                if (cuts.Count > before && cuts[before] < position)
                    throw new OracleException(what + " cuts lie ahead", $"{cuts[before]} after {position} bytes");
                position += piece.Length;
            });
            if (!cuts.SequenceEqual(whole))
                throw new OracleException(what + " any split", $"{way}: [{string.Join(' ', cuts)}] whole: [{string.Join(' ', whole)}]");
        }
    }

    private delegate void PushBytes(ReadOnlySpan<byte> bytes, List<long> cuts);
}
