using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace K8sRecorder.Recording.Reading;

/// <summary>The small forms of the format as a reader takes them: times, digests, canonical JSON. Total: bytes in, a value or false.</summary>
internal static class FormatText
{
    /// <summary>Characters of a part's digest in a record.</summary>
    public const int PartDigestLength = 44;

    private static readonly SearchValues<byte> OutsideString = SearchValues.Create("\" \t\r\n"u8);
    private static readonly SearchValues<byte> SimpleEscapes = SearchValues.Create("\"\\bfnrt"u8);
    private static readonly SearchValues<byte> EndOfRun = SearchValues.Create(
    [
        (byte)'"', (byte)'\\', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
    ]);

    /// <summary><c>2026-11-21T10:00:00.123Z</c>, and no other form.</summary>
    public static bool TryTime(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length != 24 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.'
            || text[23] != 'Z')
            return false;
        if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second)
            || !Digits(text[20..23], out var millisecond))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        time = new DateTimeOffset(year, month, day, hour, minute, second, millisecond, TimeSpan.Zero);
        return true;
    }

    /// <summary>A part's digest: 32 bytes in base64, in the one form that encoding them gives.</summary>
    public static bool TryPartDigest(ReadOnlySpan<byte> text, Span<byte> digest)
    {
        Span<byte> canonical = stackalloc byte[PartDigestLength];
        return text.Length == PartDigestLength
            && Base64.DecodeFromUtf8(text, digest, out _, out var written) == OperationStatus.Done && written == 32
            && Base64.EncodeToUtf8(digest[..32], canonical, out _, out _) == OperationStatus.Done && canonical.SequenceEqual(text);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public static bool TryDigest(ReadOnlySpan<byte> text, Span<byte> digest)
    {
        if (text.Length != 64)
            return false;
        for (var i = 0; i < 32; i++)
        {
            var high = Nibble(text[2 * i]);
            var low = Nibble(text[(2 * i) + 1]);
            if ((high | low) < 0)
                return false;
            digest[i] = (byte)((high << 4) | low);
        }

        return true;
    }

    /// <summary>Whether a line of JSON has no white space between its tokens, escapes only what must be, and is UTF-8. Its grammar is checked elsewhere.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
            return false;
        while (true)
        {
            var at = line.IndexOfAny(OutsideString);
            if (at < 0)
                return true;
            if (line[at] != '"')
                return false;
            line = line[(at + 1)..];
            var end = EndOfString(line);
            if (end < 0)
                return false;
            line = line[(end + 1)..];
        }
    }

    /// <summary>The index of the quote that ends the string, or -1 where there is none or something in it is not as the format writes it.</summary>
    public static int EndOfString(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (true)
        {
            var step = text[at..].IndexOfAny(EndOfRun);
            if (step < 0)
                return -1;
            at += step;
            if (text[at] == '"')
                return at;
            if (text[at] != '\\' || EscapeLength(text[at..]) is not (> 0 and var length))
                return -1;
            at += length;
        }
    }

    /// <summary>Decodes the inside of a JSON string into <paramref name="target"/> (at least as long); the number of bytes, or -1.</summary>
    public static int Unescape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var written = 0;
        while (true)
        {
            var run = text.IndexOfAny(EndOfRun);
            if (run < 0)
            {
                text.CopyTo(target[written..]);
                return written + text.Length;
            }

            text[..run].CopyTo(target[written..]);
            written += run;
            text = text[run..];
            var length = text[0] == '\\' ? EscapeLength(text) : 0;
            if (length == 0)
                return -1;
            target[written++] = text[1] switch
            {
                (byte)'b' => 8,
                (byte)'f' => 12,
                (byte)'n' => 10,
                (byte)'r' => 13,
                (byte)'t' => 9,
                (byte)'u' => (byte)((Nibble(text[4]) << 4) | Nibble(text[5])),
                var same => same,
            };
            text = text[length..];
        }
    }

    /// <summary>Decimal digits without sign or leading zeros, at the start of the text; their number, or 0.</summary>
    public static int Number(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var used) && value >= 0 && char.IsAsciiDigit((char)text[0]) && (text[0] != '0' || used == 1) ? used : 0;

    // \" \\ \b \f \n \r \t or \u00 and 00 to 1f: 2 or 6; anything else: 0.
    private static int EscapeLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
            return 0;
        if (SimpleEscapes.Contains(text[1]))
            return 2;
        return text.Length >= 6 && text[1..4].SequenceEqual("u00"u8) && text[4] is (byte)'0' or (byte)'1' && Nibble(text[5]) >= 0 ? 6 : 0;
    }

    private static int Nibble(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        _ => -1,
    };

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c))
                return false;
            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
