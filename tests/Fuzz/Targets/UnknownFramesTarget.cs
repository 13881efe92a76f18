using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Parse.Http2;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Frames of unknown types are taken out of what a target sends, and nothing else: as a slow reading of RFC 9113 has it, for any cut.</summary>
internal sealed class UnknownFramesTarget : FuzzTarget
{
    public override string Name => "http2-unknown";

    public override string Subject => "UnknownFrames";

    public override int MaxLength => 40 * 1024;

    public override IEnumerable<string> Dictionary => ["\0\0\0\u0004\0\0\0\0\0", "\0\0\0\u000c\0\0\0\0\0", "\0\0\u0001\u0001\0\0\0\0\u0001", "\0@\0", "\0@\u0001"];

    public override IEnumerable<byte[]> Seeds() =>
    [
        [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 3, 12, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0, 0, 1, 9],
        [0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0],
        [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0x88, 0, 0, 0, 0xee, 0, 0, 0, 0, 1, 0, 0, 0, 9, 4, 0, 0, 0, 1, 0, 0, 0, 0xee, 0, 0, 0, 0, 1],
        [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0x40, 0, 0xff, 0, 0, 0, 0, 0, .. new byte[0x4000], 0, 0x40, 1, 0xff, 0, 0, 0, 0, 0, .. new byte[0x4001], 0, 0, 0, 0, 1, 0, 0, 0, 1],
    ];

    public override long AllocationLimit(int length) => 64 << 10;

    public override void Run(byte[] input, Measure measure)
    {
        var whole = input.ToArray();
        measure.Begin();
        var frames = new UnknownFrames();
        var stays = frames.Take(whole);
        measure.End();
        Span<byte> held = stackalloc byte[UnknownFrames.Decisive];
        byte[] known = [.. whole.AsSpan(0, stays), .. held[..frames.Restore(held)]];
        var expected = ReadSlowly(input);
        if (!known.AsSpan().SequenceEqual(expected))
            throw new OracleException("frames as RFC 9113 has them", $"{known.Length} bytes, not {expected.Length}");
        foreach (var way in Splits.Ways(input))
        {
            var pieces = new Queue<byte[]>();
            Splits.Feed(input, way, piece => pieces.Enqueue(piece.ToArray()));
            if (!ReadAll(pieces, Splits.RandomOf(input)).AsSpan().SequenceEqual(expected))
                throw new OracleException("any cut", way);
        }
    }

    /// <summary>Reads it as the client does, into buffers of many sizes.</summary>
    private static byte[] ReadAll(Queue<byte[]> pieces, Random random)
    {
        var rest = Memory<byte>.Empty;
        var reader = new KnownFrames((into, _) =>
        {
            if (rest.IsEmpty && pieces.TryDequeue(out var next))
                rest = next;
            var length = Math.Min(rest.Length, into.Length);
            rest[..length].CopyTo(into);
            rest = rest[length..];
            return ValueTask.FromResult(length);
        });
        var all = new List<byte>();
        var buffer = new byte[600];
        while (true)
        {
            var into = buffer.AsMemory(0, random.Next(3) == 0 ? random.Next(1, 9) : random.Next(1, buffer.Length));
            var read = reader.ReadAsync(into, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            if (read == 0)
                return [.. all];
            all.AddRange(into.Span[..read]);
        }
    }

    private static byte[] ReadSlowly(byte[] bytes)
    {
        var stays = new List<byte>();
        var blockIsOpen = false;
        for (var at = 0; at < bytes.Length;)
        {
            var rest = bytes.Length - at;
            if (rest < UnknownFrames.Decisive)
            {
                stays.AddRange(bytes[at..]); // of what type it is nobody knows
                break;
            }
            var length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
            var end = at + Math.Min(rest, 9 + length);
            var (type, isFirst) = (bytes[at + 3], at == 0);
            var isKnown = type <= 9;
            if (isKnown || isFirst || blockIsOpen || length > 16384)
                stays.AddRange(bytes[at..end]);
            if (type is 1 or 5 or 9)
                blockIsOpen = (bytes[at + 4] & 4) == 0;
            at = end;
        }
        return [.. stays];
    }
}
