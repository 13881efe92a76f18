namespace K8sRecorder.Recording.Parts;

/// <summary>Turns the offsets a cutter gave into pieces that may be stored: whole code points, whole markers, none too large.</summary>
internal static class PieceCuts
{
    /// <summary>Largest piece; also bounds a content line.</summary>
    public const int MaxPiece = 1 << 20;

    /// <summary>
    /// A cut that would make a smaller piece is left out: every piece costs a hash, and arrays of numbers have millions of elements. The
    /// shortest message of a conversation, <c>,{"role":"user","content":"1"}</c>, is above it: else it would be one with the tools behind it.
    /// </summary>
    private const int MinPiece = 24;

    /// <summary>Writes the ends of the pieces, ascending, the last one the length of the text.</summary>
    /// <param name="text">The masked bytes.</param>
    /// <param name="cuts">Offsets after which to cut, ascending.</param>
    /// <param name="spans">What was masked, ascending.</param>
    /// <param name="ends">Gets the ends.</param>
    public static void Snap(ReadOnlySpan<byte> text, ReadOnlySpan<long> cuts, ReadOnlySpan<ContentSpan> spans, List<int> ends)
    {
        ends.Clear();
        var last = 0;
        var span = 0;
        foreach (var cut in cuts)
        {
            if (cut <= 0 || cut >= text.Length)
                continue;
            var at = (int)cut;

            // A cut inside a marker moves to its start: a span stands in one part.
            while (span < spans.Length && spans[span].At + spans[span].Length <= cut)
                span++;
            if (span < spans.Length && spans[span].At < cut)
                at = (int)Math.Max(0, spans[span].At);
            at = SnapBack(text, at);
            if (at - last < MinPiece)
                continue;
            Add(text, ref last, at, ends);
        }

        if (text.Length > last)
            Add(text, ref last, text.Length, ends);
    }

    /// <summary>Moves a cut back to the start of the code point it is in; where the bytes are no UTF-8 it stays.</summary>
    public static int SnapBack(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length || !IsTrail(text[at]))
            return at;
        for (var back = 1; back <= 3 && at - back >= 0; back++)
        {
            var value = text[at - back];
            if (IsTrail(value))
                continue;
            return SequenceLength(value) > back ? at - back : at;
        }

        return at;
    }

    /// <summary>How many bytes at the end begin a code point whose rest has not come.</summary>
    public static int OpenTail(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= 3 && back <= text.Length; back++)
        {
            var value = text[^back];
            if (IsTrail(value))
                continue;
            return SequenceLength(value) > back ? back : 0;
        }

        return 0;
    }

    private static void Add(ReadOnlySpan<byte> text, ref int last, int end, List<int> ends)
    {
        while (end - last > MaxPiece)
        {
            var middle = SnapBack(text, last + MaxPiece);
            ends.Add(middle);
            last = middle;
        }

        ends.Add(end);
        last = end;
    }

    private static bool IsTrail(byte value) => (value & 0xC0) == 0x80;

    private static int SequenceLength(byte lead) => lead switch
    {
        >= 0xF0 and < 0xF8 => 4,
        >= 0xE0 => 3,
        >= 0xC2 => 2,
        _ => 1,
    };
}
