using System.Buffers;

namespace K8sRecorder.Masking.Detectors;

/// <summary>How a secret goes on that is longer than was looked at.</summary>
/// <param name="Bytes">While these follow.</param>
/// <param name="IsPem">Whether it ends with the END line of a PEM block.</param>
internal sealed record Tail(SearchValues<byte> Bytes, bool IsPem = false)
{
    /// <summary>Longest label of a BEGIN or END line, with the dashes behind it.</summary>
    public const int MaxLabel = 40;

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
        for (var at = Math.Max(secret, from - MaxFoot); ;)
        {
            var foot = text[at..end].IndexOf("-----END"u8);
            if (foot < 0)
                return end;
            at += foot + 8;
            var close = text[at..Math.Min(end, at + MaxLabel)].IndexOf("-----"u8);
            if (close < 0)
                continue;
            isOver = true;
            return Math.Max(from, at + close + 5);
        }
    }
}
