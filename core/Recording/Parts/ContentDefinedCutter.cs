namespace K8sRecorder.Recording.Parts;

/// <summary>
/// Cuts a large body by what stands in it (FastCDC: a gear hash over the last 64 bytes, normalised around the average), so that a
/// body which comes again with something inserted has most of its pieces in common with the first. One pass, constant state, the
/// same cuts for any split. The table is fixed: a cut tells nothing that the parts' lengths do not tell.
/// </summary>
public sealed class ContentDefinedCutter : IBodyCutter
{
    /// <summary>No piece but the last is smaller.</summary>
    public const int MinPiece = 32 << 10;

    /// <summary>Where the condition for a cut gets easier.</summary>
    public const int AveragePiece = 128 << 10;

    /// <summary>No piece is larger.</summary>
    public const int MaxPiece = 512 << 10;

    // 17 bits make the average; two more before it and two fewer behind it draw the sizes together (FastCDC, section 3.4). The high
    // bits are looked at: they depend on the last 64 bytes, the low ones on a few.
    private const ulong HardMask = ((1UL << 19) - 1) << 45;
    private const ulong EasyMask = ((1UL << 15) - 1) << 49;

    private static readonly ulong[] Gear = MakeGear();

    private ulong _hash;
    private int _length;
    private long _position;

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<byte> bytes, List<long> cuts)
    {
        ArgumentNullException.ThrowIfNull(cuts);
        var start = _position;
        var at = 0;
        while (at < bytes.Length)
        {
            if (_length < MinPiece)
            {
                var skip = Math.Min(MinPiece - _length, bytes.Length - at);
                at += skip;
                _length += skip;
                continue;
            }

            var limit = _length < AveragePiece ? AveragePiece : MaxPiece;
            var mask = _length < AveragePiece ? HardMask : EasyMask;
            at += Scan(bytes.Slice(at, Math.Min(limit - _length, bytes.Length - at)), mask, out var isCut);
            if (isCut || _length == MaxPiece)
            {
                cuts.Add(start + at);
                Begin();
            }
        }

        _position = start + bytes.Length;
    }

    /// <summary>Starts a new piece here: somebody else has cut.</summary>
    public void Begin()
    {
        _hash = 0;
        _length = 0;
    }

    private int Scan(ReadOnlySpan<byte> bytes, ulong mask, out bool isCut)
    {
        var hash = _hash;
        var gear = Gear;
        var at = 0;
        isCut = false;
        while (at < bytes.Length && !isCut)
        {
            hash = (hash << 1) + gear[bytes[at++]];
            isCut = (hash & mask) == 0;
        }

        _hash = hash;
        _length += at;
        return at;
    }

    /// <summary>SplitMix64 from zero: any fixed table will do, and this one takes no space.</summary>
    private static ulong[] MakeGear()
    {
        var gear = new ulong[256];
        var state = 0UL;
        for (var i = 0; i < gear.Length; i++)
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            gear[i] = mixed ^ (mixed >> 31);
        }

        return gear;
    }
}
