using System.Globalization;
using System.Text;

namespace K8sRecorder.Plugin.Output;

/// <summary>Measures and cuts text (of <see cref="VisibleText"/>) in terminal columns.</summary>
internal static class Columns
{
    public static int Of(Rune rune)
    {
        if (rune.Value < 0x300)
            return 1;
        if (rune.Value is 0xfe0e or 0xfe0f)
            return 0;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
            return 0;
        return WideCharacters.Contains(rune.Value) ? 2 : 1;
    }

    public static int Of(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExceptInRange(' ', '~'))
            return text.Length;
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
            columns += Of(rune);
        return columns;
    }

    /// <summary>The longest beginning that fits into so many columns, in chars.</summary>
    public static int Fit(ReadOnlySpan<char> text, int columns)
    {
        var taken = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns -= Of(rune);
            if (columns < 0)
                break;
            taken += rune.Utf16SequenceLength;
        }
        return taken;
    }

    /// <summary>Cuts at the end, with an ellipsis.</summary>
    public static string CutEnd(string text, int columns)
    {
        if (Of(text) <= columns)
            return text;
        return columns < 1 ? "" : text[..Fit(text, columns - 1)] + "…";
    }

    /// <summary>Cuts in the middle: the end of a generated name tells more than what is before it.</summary>
    public static string CutMiddle(string text, int columns)
    {
        if (Of(text) <= columns)
            return text;
        if (columns < 5)
            return CutEnd(text, columns);
        var tail = (columns - 1) / 2;
        var from = text.Length;
        while (from > 0)
        {
            var step = from > 1 && char.IsSurrogatePair(text[from - 2], text[from - 1]) ? 2 : 1;
            if (Of(text.AsSpan(from - step)) > tail)
                break;
            from -= step;
        }
        return text[..Fit(text, columns - 1 - tail)] + "…" + text[from..];
    }
}
