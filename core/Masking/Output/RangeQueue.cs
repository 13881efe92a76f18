using System.Buffers;

namespace K8sRecorder.Masking.Output;

/// <summary>
/// Takes ranges from everybody who looks through a stream and writes the masked text. Ranges that overlap become one
/// marker. A group of overlapping ranges is written only once nobody can add to it, so the order in which ranges come
/// makes no difference.
/// </summary>
internal sealed class RangeQueue
{
    private readonly List<MaskRange> _ranges = [];
    private long _written;

    /// <summary>Source position up to which all is given out.</summary>
    public long Emitted { get; private set; }

    /// <summary>Makes it ready for another stream.</summary>
    public void Restart()
    {
        _ranges.Clear();
        _written = 0;
        Emitted = 0;
    }

    public void Add(MaskRange range)
    {
        if (range.End <= range.Start || range.End <= Emitted)
            return;
        var i = _ranges.Count;
        while (i > 0 && IsBefore(range, _ranges[i - 1]))
            i--;
        _ranges.Insert(i, range);
    }

    /// <summary>Gives out everything before a position that is decided. <paramref name="source"/> starts at <see cref="Emitted"/>.</summary>
    public void Emit(ReadOnlySpan<byte> source, long decided, IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        var origin = Emitted;
        var done = 0;
        while (done < _ranges.Count && _ranges[done].Start < decided)
        {
            var next = done + 1;
            var end = _ranges[done].End;
            for (; next < _ranges.Count && _ranges[next].Start < end; next++)
                end = Math.Max(end, _ranges[next].End);
            if (end > decided)
            {
                decided = Math.Max(_ranges[done].Start, Emitted);
                break;
            }

            Copy(source, origin, Math.Max(_ranges[done].Start, Emitted), masked);
            if (_ranges[done].Detector is not null)
                WriteMarker(Naming(done, next), masked, spans);
            Emitted = end;
            done = next;
        }

        _ranges.RemoveRange(0, done);
        Copy(source, origin, decided, masked);
    }

    private void Copy(ReadOnlySpan<byte> source, long origin, long end, IBufferWriter<byte> masked)
    {
        if (end <= Emitted)
            return;
        var piece = source[(int)(Emitted - origin)..(int)(end - origin)];
        masked.Write(piece);
        _written += piece.Length;
        Emitted = end;
    }

    private MaskRange Naming(int from, int to)
    {
        var best = _ranges[from];
        for (var i = from + 1; i < to; i++)
        {
            if (_ranges[i].Detector is not null && _ranges[i].Rank > best.Rank)
                best = _ranges[i] with { Quoted = best.Quoted };
        }

        return best;
    }

    private void WriteMarker(MaskRange range, IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        var room = masked.GetSpan(Marker.MaxLength + 2);
        var length = 0;
        if (range.Quoted)
            room[length++] = (byte)'"';
        var marker = Marker.Write(range.Detector!, room[length..]);
        spans.Add(new MaskedSpan(_written + length, marker, range.Detector!, range.Tag));
        length += marker;
        if (range.Quoted)
            room[length++] = (byte)'"';
        masked.Advance(length);
        _written += length;
    }

    private static bool IsBefore(in MaskRange range, in MaskRange other)
    {
        if (range.Start != other.Start)
            return range.Start < other.Start;
        if (range.Detector is null != other.Detector is null)
            return range.Detector is null;
        if (range.End != other.End)
            return range.End > other.End;
        if (range.Rank != other.Rank)
            return range.Rank > other.Rank;
        // Two that saw the same bytes may know different secrets: a string of an event alone, and what it spells with the next.
        if (range.Secret != other.Secret)
            return range.Secret > other.Secret;
        var byName = string.CompareOrdinal(range.Detector, other.Detector);
        return byName < 0 || (byName == 0 && string.CompareOrdinal(range.Tag, other.Tag) < 0);
    }
}
