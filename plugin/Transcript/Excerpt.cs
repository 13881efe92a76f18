using System.Text;
using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>The beginning of a text or of bytes, short enough to read on.</summary>
internal static class Excerpt
{
    /// <summary>Characters of a message that are shown.</summary>
    public const int Chars = 4000;

    /// <summary>Characters of any other body that are shown.</summary>
    public const int BodyChars = 600;
    private const int HexRow = 16;
    private const int HexBytes = 8 * HexRow;

    /// <summary>The text, or its beginning and how much is left out.</summary>
    public static (string Text, string? LeftOut) Of(string text, int chars)
    {
        if (text.Length <= chars)
            return (text, null);
        var end = char.IsHighSurrogate(text[chars - 1]) ? chars - 1 : chars;
        return (text[..end], $"… {Amount.Bytes(Encoding.UTF8.GetByteCount(text.AsSpan(end)))} more");
    }

    /// <summary>Bytes as text where they are text, else as a hex dump.</summary>
    public static (string Text, string? LeftOut) Of(ReadOnlySpan<byte> bytes, int chars)
    {
        if (IsText(bytes))
            return Of(Encoding.UTF8.GetString(bytes), chars);
        var shown = chars == int.MaxValue ? bytes : bytes[..Math.Min(bytes.Length, HexBytes)];
        return (HexDump(shown), shown.Length == bytes.Length ? null : $"… {Amount.Bytes(bytes.Length - shown.Length)} more");
    }

    /// <summary>UTF-8 with hardly a control character in it.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            return false;
        var controls = 0;
        foreach (var b in bytes)
        {
            if (b < 0x20 && b is not ((byte)'\n' or (byte)'\r' or (byte)'\t' or 0x1b))
                controls++;
        }
        return controls * 20 <= bytes.Length;
    }

    private static string HexDump(ReadOnlySpan<byte> bytes)
    {
        var dump = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += HexRow)
        {
            var row = bytes.Slice(at, Math.Min(HexRow, bytes.Length - at));
            dump.Append(System.Globalization.CultureInfo.InvariantCulture, $"{at:x6}  ");
            for (var i = 0; i < HexRow; i++)
                dump.Append(i < row.Length ? $"{row[i]:x2} " : "   ").Append(i == 7 ? " " : "");
            dump.Append(' ');
            foreach (var b in row)
                dump.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
            dump.Append('\n');
        }
        return dump.ToString();
    }
}
