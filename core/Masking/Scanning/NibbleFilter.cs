using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace K8sRecorder.Masking.Scanning;

/// <summary>
/// Proposes positions at which one of the literals may start. For each of the first three bytes two tables, by low and by
/// high nibble, say which of eight buckets allow it; a bucket left over after six look-ups is a proposal.
/// </summary>
internal sealed class NibbleFilter
{
    private const int Buckets = 8;

    private readonly Vector128<byte>[] _low = new Vector128<byte>[3];
    private readonly Vector128<byte>[] _high = new Vector128<byte>[3];
    private readonly byte[][] _exact = [new byte[256], new byte[256], new byte[256]];

    private NibbleFilter()
    {
    }

    public static NibbleFilter Build(Literal[] literals, ByteClassPattern[] classes)
    {
        var filter = new NibbleFilter();
        var low = new byte[3, 16];
        var high = new byte[3, 16];
        void Allow(int position, int b, int bucket)
        {
            low[position, b & 15] |= (byte)(1 << bucket);
            high[position, b >> 4] |= (byte)(1 << bucket);
        }

        // Neighbours in order share first bytes, so their nibbles overlap and a bucket stays narrow.
        var ordered = literals.OrderBy(l => l.Bytes, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y))).ToArray();
        var forLiterals = classes.Length == 0 ? Buckets : Buckets - 1;
        for (var i = 0; i < ordered.Length; i++)
        {
            var bucket = i * forLiterals / ordered.Length;
            for (var position = 0; position < 3; position++)
            {
                if (position >= ordered[i].Bytes.Length)
                {
                    for (var b = 0; b < 256; b++)
                        Allow(position, b, bucket);
                    continue;
                }

                Allow(position, ordered[i].Bytes[position], bucket);
                if (ordered[i].IgnoreCase)
                    Allow(position, AsciiFold.Upper(ordered[i].Bytes[position]), bucket);
            }
        }

        foreach (var pattern in classes)
        {
            foreach (var b in pattern.First)
                Allow(0, b, Buckets - 1);
            foreach (var b in pattern.Then)
            {
                Allow(1, b, Buckets - 1);
                Allow(2, b, Buckets - 1);
            }
        }

        for (var position = 0; position < 3; position++)
        {
            filter._low[position] = Row(low, position);
            filter._high[position] = Row(high, position);
            for (var b = 0; b < 256; b++)
                filter._exact[position][b] = (byte)(low[position, b & 15] & high[position, b >> 4]);
        }

        return filter;
    }

    public int Find(ReadOnlySpan<byte> text, int from, int to, Span<int> positions, out int count)
    {
        count = 0;
        var at = from;
        if (Avx2.IsSupported)
        {
            var low0 = Vector256.Create(_low[0], _low[0]);
            var low1 = Vector256.Create(_low[1], _low[1]);
            var low2 = Vector256.Create(_low[2], _low[2]);
            var high0 = Vector256.Create(_high[0], _high[0]);
            var high1 = Vector256.Create(_high[1], _high[1]);
            var high2 = Vector256.Create(_high[2], _high[2]);
            var nibble = Vector256.Create((byte)15);
            ref var start = ref MemoryMarshal.GetReference(text);
            for (; at <= to - 32 && at <= text.Length - 34; at += 32)
            {
                if (count > positions.Length - 32)
                    return at;
                var b0 = Vector256.LoadUnsafe(ref start, (nuint)at);
                var b1 = Vector256.LoadUnsafe(ref start, (nuint)at + 1);
                var b2 = Vector256.LoadUnsafe(ref start, (nuint)at + 2);
                var hit = Avx2.Shuffle(low0, b0 & nibble) & Avx2.Shuffle(high0, Shift(b0) & nibble)
                    & Avx2.Shuffle(low1, b1 & nibble) & Avx2.Shuffle(high1, Shift(b1) & nibble)
                    & Avx2.Shuffle(low2, b2 & nibble) & Avx2.Shuffle(high2, Shift(b2) & nibble);
                var mask = ~Vector256.Equals(hit, Vector256<byte>.Zero).ExtractMostSignificantBits();
                for (; mask != 0; mask &= mask - 1)
                    positions[count++] = at + BitOperations.TrailingZeroCount(mask);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            var nibble = Vector128.Create((byte)15);
            ref var start = ref MemoryMarshal.GetReference(text);
            for (; at <= to - 16 && at <= text.Length - 18; at += 16)
            {
                if (count > positions.Length - 16)
                    return at;
                var hit = Vector128<byte>.AllBitsSet;
                for (var i = 0; i < 3; i++)
                {
                    var b = Vector128.LoadUnsafe(ref start, (nuint)(at + i));
                    hit &= Vector128.Shuffle(_low[i], b & nibble) & Vector128.Shuffle(_high[i], (b >> 4) & nibble);
                }

                var mask = ~Vector128.Equals(hit, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF;
                for (; mask != 0; mask &= mask - 1)
                    positions[count++] = at + BitOperations.TrailingZeroCount(mask);
            }
        }

        for (; at < to; at++)
        {
            if (count == positions.Length)
                return at;
            var hit = _exact[0][text[at]];
            if (at + 1 < text.Length)
                hit &= _exact[1][text[at + 1]];
            if (at + 2 < text.Length)
                hit &= _exact[2][text[at + 2]];
            if (hit != 0)
                positions[count++] = at;
        }

        return at;
    }

    private static Vector256<byte> Shift(Vector256<byte> bytes) => (bytes.AsUInt16() >> 4).AsByte();

    private static Vector128<byte> Row(byte[,] table, int position)
    {
        Span<byte> row = stackalloc byte[16];
        for (var i = 0; i < 16; i++)
            row[i] = table[position, i];
        return Vector128.Create((ReadOnlySpan<byte>)row);
    }
}
