using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Mask;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Messages in envelopes (gRPC), compressed or not: the same for any split, and no more than they may grow to.</summary>
internal sealed class EnvelopeTarget : FuzzTarget
{
    private const int MostOut = 8 << 20;

    public override string Name => "envelopes";

    public override string Subject => "EnvelopeDecoder";

    public override int MaxLength => 8 * 1024;

    public override IEnumerable<string> Dictionary => ["\0\0\0\0\u0001", "\u0001\0\0\0\u0014\u001f\u008b\u0008", "\u0080\0\0\0\0"];

    public override IEnumerable<byte[]> Seeds() =>
    [
        [0, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 1, 9],
        [1, 0, 0, 0, 20, .. Convert.FromHexString("1F8B080000000000000303000000000000000000"), 0, 0, 0, 0, 1, 7],
        [1, 0, 0, 0, 25, .. Convert.FromHexString("1F8B0800000000000003CB48CDC9C9070086A6103605000000"), 1, 0, 0, 0, 1, 0],
    ];

    // the inflater's window and its buffer, of each message anew
    public override long AllocationLimit(int length) => (4L << 20) + (length * 16L * 1024);

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(4);

    public override void Run(byte[] input, Measure measure)
    {
        measure.Begin();
        var whole = Decode([input]);
        measure.End();
        foreach (var way in Splits.Ways(input))
        {
            var pieces = new List<ReadOnlyMemory<byte>>();
            Splits.Feed(input, way, pieces.Add);
            var split = Decode(pieces);
            if (split.IsSound != whole.IsSound || (whole.IsSound && !split.Clear.AsSpan().SequenceEqual(whole.Clear)))
                throw new OracleException("any split", $"{way}: {split.IsSound} {split.Clear.Length} whole: {whole.IsSound} {whole.Clear.Length}");
        }
    }

    private static (bool IsSound, byte[] Clear) Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var decoder = new EnvelopeDecoder("gzip");
        using var clear = new MemoryStream();
        var buffer = new byte[4096];
        foreach (var piece in pieces)
        {
            decoder.Push(piece);
            while (true)
            {
                if (!decoder.TryRead(buffer, out var length) || clear.Length > MostOut)
                    return (false, clear.ToArray());
                if (length == 0)
                    break;
                clear.Write(buffer, 0, length);
            }
        }
        return (true, clear.ToArray());
    }
}
