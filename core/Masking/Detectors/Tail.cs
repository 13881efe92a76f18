using System.Buffers;

namespace K8sRecorder.Masking.Detectors;

/// <summary>How a secret goes on that is longer than was looked at.</summary>
/// <param name="Bytes">While these follow.</param>
/// <param name="IsPem">Whether it ends with the END line of a PEM block.</param>
internal sealed record Tail(SearchValues<byte> Bytes, bool IsPem = false)
{
    /// <summary>Longest END line.</summary>
    public const int MaxFoot = 64;

    /// <summary>How much of a text belongs to the secret, from a position on.</summary>
    /// <param name="text">The text so far.</param>
    /// <param name="secret">Where the secret starts in it.</param>
    /// <param name="from">Up to where it is known to go.</param>
    /// <param name="isOver">Whether it ends there.</param>
    public int EndIn(ReadOnlySpan<byte> text, int secret, int from, out bool isOver)
    {
        var run = text[from..].IndexOfAnyExcept(Bytes);
        isOver = run >= 0;
        var end = isOver ? from + run : text.Length;
        if (!IsPem)
            return end;
        var back = Math.Max(secret, from - MaxFoot);
        var foot = text[back..end].IndexOf("-----END"u8);
        if (foot < 0)
            return end;
        var close = text[(back + foot + 8)..end].IndexOf("-----"u8);
        if (close < 0)
            return end;
        isOver = true;
        return Math.Max(from, back + foot + 8 + close + 5);
    }
}
