using K8sRecorder.Masking.Lanes;

namespace K8sRecorder.Masking.Detectors;

/// <summary>A place where a literal stands, with the decoded text around it.</summary>
internal readonly ref struct Probe
{
    public Probe(ReadOnlySpan<byte> text, int at, int body, WindowEnd end, EscapeMap map)
    {
        Text = text;
        At = at;
        Body = body;
        End = end;
        Map = map;
    }

    /// <summary>The text up to where it is known, with some of what went before the literal.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Where the literal starts.</summary>
    public int At { get; }

    /// <summary>Where it ends.</summary>
    public int Body { get; }

    /// <summary>What the end of the text means.</summary>
    public WindowEnd End { get; }

    /// <summary>How the text was decoded: tells an escaped quote from a plain one.</summary>
    public EscapeMap Map { get; }

    /// <summary>Whether a position is past the text, and more may come.</summary>
    public bool Lacks(int position) => position >= Text.Length && End == WindowEnd.Open;

    /// <summary>The byte before the literal; 0 at the start.</summary>
    public byte Before => At > 0 ? Text[At - 1] : (byte)0;

    /// <summary>Where the run of a class ends that starts at a position.</summary>
    public int RunEnd(int from, System.Buffers.SearchValues<byte> bytes, int most = int.MaxValue)
    {
        if (from >= Text.Length)
            return Text.Length;
        var rest = Text.Slice(from, Math.Min(most, Text.Length - from));
        var length = rest.IndexOfAnyExcept(bytes);
        return from + (length < 0 ? rest.Length : length);
    }
}
