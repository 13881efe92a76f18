using System.Globalization;
using System.Text;

namespace K8sRecorder.Plugin.Output;

/// <summary>
/// Turns what somebody else wrote into text that a terminal can only display: it cannot move the cursor, change colours or the
/// window title, reorder what is read or hide in it. Control bytes and bytes that are not UTF-8 become <c>\x1b</c>, every other
/// character without a shape of its own becomes <c>⟨U+202E⟩</c>. Total: any input gives printable output.
/// </summary>
internal static class VisibleText
{
    /// <summary>Marks stacked on one letter beyond this many are shown as code points: piled up they cover the lines around.</summary>
    private const int MostMarks = 4;

    /// <summary>One line: line feeds and tabs are shown as well.</summary>
    public static string Line(string text) => IsPlain(text) ? text : Show(text, keepLayout: false);

    /// <inheritdoc cref="Line(string)"/>
    public static string Line(ReadOnlySpan<byte> utf8) => Show(utf8, keepLayout: false);

    /// <summary>Several lines: line feeds and tabs stay, CR LF is a line feed.</summary>
    public static string Block(string text) => IsPlain(text) ? text : Show(text, keepLayout: true);

    /// <inheritdoc cref="Block(string)"/>
    public static string Block(ReadOnlySpan<byte> utf8) => Show(utf8, keepLayout: true);

    /// <summary>Whether the character may go to a terminal as it is, wherever it stands.</summary>
    public static bool IsHarmless(Rune rune)
    {
        if (rune.IsAscii)
            return rune.Value is >= 0x20 and < 0x7f;
        return Rune.GetUnicodeCategory(rune) switch
        {
            // Format holds the bidi controls, zero-width joiners and tag characters.
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
            _ => !IsBlank(rune.Value),
        };
    }

    /// <summary>Letters and marks by category that still draw nothing (Unicode: Default_Ignorable_Code_Point).</summary>
    private static bool IsBlank(int value) => value is 0x034f or 0x115f or 0x1160 or 0x17b4 or 0x17b5
        or (>= 0x180b and <= 0x180f) or 0x3164 or 0xffa0 || IsVariationSelector(value);

    private static bool IsVariationSelector(int value) => value is (>= 0xfe00 and <= 0xfe0f) or (>= 0xe0100 and <= 0xe01ef);

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static string Show(string text, bool keepLayout)
    {
        var shown = new StringBuilder(text.Length + 16);
        var marks = MostMarks;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var taken) == System.Buffers.OperationStatus.Done)
                Append(shown, rune, keepLayout, taken < rest.Length && rest[taken] == '\n', ref marks);
            else
                AppendCodePoint(shown, rest[0]);
            rest = rest[taken..];
        }
        return shown.ToString();
    }

    private static string Show(ReadOnlySpan<byte> utf8, bool keepLayout)
    {
        var shown = new StringBuilder(utf8.Length + 16);
        var marks = MostMarks;
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out var rune, out var taken) == System.Buffers.OperationStatus.Done)
            {
                Append(shown, rune, keepLayout, taken < utf8.Length && utf8[taken] == '\n', ref marks);
            }
            else
            {
                foreach (var bad in utf8[..taken])
                    AppendByte(shown, bad);
            }
            utf8 = utf8[taken..];
        }
        return shown.ToString();
    }

    /// <summary><paramref name="marks"/> counts the marks on the letter before; full where there is none, so a mark never joins our own text.</summary>
    private static void Append(StringBuilder shown, Rune rune, bool keepLayout, bool beforeLineFeed, ref int marks)
    {
        if (keepLayout && (rune.Value is '\n' or '\t'))
        {
            shown.Append((char)rune.Value);
            marks = MostMarks;
            return;
        }
        if (keepLayout && rune.Value == '\r' && beforeLineFeed)
            return;
        // One selector after a letter chooses between two drawings of it; a row of them is a hidden message.
        var joins = IsVariationSelector(rune.Value) || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
        if (joins && marks < MostMarks && (rune.Value is 0xfe0e or 0xfe0f || IsHarmless(rune)))
        {
            shown.Append(rune.ToString());
            marks = IsVariationSelector(rune.Value) ? MostMarks : marks + 1;
            return;
        }
        if (!joins && IsHarmless(rune))
        {
            shown.Append(rune.ToString());
            marks = 0;
            return;
        }
        marks = MostMarks;
        switch (rune.Value)
        {
            case '\n': shown.Append("\\n"); break;
            case '\r': shown.Append("\\r"); break;
            case '\t': shown.Append("\\t"); break;
            case < 0x80: AppendByte(shown, (byte)rune.Value); break;
            default: AppendCodePoint(shown, rune.Value); break;
        }
    }

    private static void AppendByte(StringBuilder shown, byte value) => shown.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");

    private static void AppendCodePoint(StringBuilder shown, int value) => shown.Append(CultureInfo.InvariantCulture, $"⟨U+{value:X4}⟩");
}
