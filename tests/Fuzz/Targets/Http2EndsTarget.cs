using System.Buffers.Binary;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Parse.Http2;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>The search for frames that end something: the same for any split, and as a slow reading of RFC 9113 4.1 has them.</summary>
internal sealed class Http2EndsTarget : FuzzTarget
{
    public override string Name => "http2-ends";

    public override string Subject => "EndFrames";

    public override int MaxLength => 8 * 1024;

    public override IEnumerable<string> Dictionary => ["\0\0\u0004\u0003\0\0\0\0\u0001\0\0\0\u0008", "\0\0\u0008\u0007\0\0\0\0\0\0\0\0\0\0\0\0\u0001", "\0\0\0\u0004\0\0\0\0\0"];

    public override IEnumerable<byte[]> Seeds() =>
    [
        [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8],
        [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 11],
        [0, 0, 11, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 0, 0, 4, 3, 0, 0x80, 0, 0, 5, 0, 0, 0, 7],
        [0, 0, 3, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 7, 7, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 0, 0, 1, 0, 0, 0, 3, .. new byte[256], 0, 0, 4, 3, 0, 0, 0, 0, 3, 0, 0, 0, 0],
    ];

    public override long AllocationLimit(int length) => 64 << 10;

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(2);

    public override void Run(byte[] input, Measure measure)
    {
        measure.Begin();
        var whole = new EndFrames(0);
        whole.Take(input);
        measure.End();
        var (goAway, resets) = ReadSlowly(input);
        if (whole.GoAwayCode != goAway)
            throw new OracleException("GOAWAY as RFC 9113 has it", $"{whole.GoAwayCode}, {goAway}");
        foreach (var way in Splits.Ways(input))
        {
            var split = new EndFrames(0);
            Splits.Feed(input, way, piece => split.Take(piece.Span));
            if (split.GoAwayCode != whole.GoAwayCode || resets.Any(reset => split.ResetOf(reset.Stream) != whole.ResetOf(reset.Stream)))
                throw new OracleException("any split", way);
        }
        // of as many as are held, each is found
        var held = resets.TakeLast(EndFrames.MostResets).ToList();
        foreach (var stream in held.Select(reset => reset.Stream).Distinct())
        {
            if (whole.ResetOf(stream) is not { } code || !held.Contains((stream, code)))
                throw new OracleException("resets as RFC 9113 has them", $"stream {stream}");
        }
    }

    private static (uint? GoAway, List<(int Stream, uint Code)> Resets) ReadSlowly(byte[] bytes)
    {
        uint? goAway = null;
        var resets = new List<(int, uint)>();
        for (var at = 0; at + 9 <= bytes.Length;)
        {
            var length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
            var payload = bytes.AsSpan(at + 9, Math.Min(length, bytes.Length - at - 9));
            if (bytes[at + 3] == 7 && length >= 8 && payload.Length >= 8 && (goAway is null or 0))
                goAway = BinaryPrimitives.ReadUInt32BigEndian(payload[4..]);
            if (bytes[at + 3] == 3 && length >= 4 && payload.Length >= 4)
                resets.Add((BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 5)) & int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(payload)));
            at += 9 + length;
        }
        return (goAway, resets);
    }
}
