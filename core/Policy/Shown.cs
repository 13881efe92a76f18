using System.Globalization;
using System.Text;

namespace K8sRecorder.Policy;

/// <summary>What a file says, made fit for one line of a terminal: short, and without control or bidi characters.</summary>
internal static class Shown
{
    public static string Text(string value, int most)
    {
        if (value.Length <= most && !value.Any(Odd))
            return value;
        var shown = new StringBuilder(most + 1);
        foreach (var c in value.AsSpan(0, Math.Min(value.Length, most)))
            if (Odd(c))
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                shown.Append(c);
        return value.Length > most ? shown.Append('…').ToString() : shown.ToString();
    }

    public static string Quoted(string value) => $"\"{Text(value, 64)}\"";

    private static bool Odd(char c) =>
        char.IsControl(c) || char.IsSurrogate(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
