using System.Text;

namespace K8sRecorder.Masking.Lanes;

/// <summary>
/// Decodes one escape of a text: backslash escapes of JSON and its relatives, nested to any depth, and percent encoding.
/// Only for looking through; what is recorded is the source.
/// </summary>
internal static class Unescaper
{
    /// <summary>A run of backslashes longer than this is text, not an escape.</summary>
    public const int MaxBackslashes = 15;

    /// <summary>Longest source of one escape.</summary>
    public const int MaxSource = 2 * (MaxBackslashes + 5);

    /// <summary>Depth given to what is percent encoded once; twice is one more.</summary>
    public const byte Percent = 65;

    private const int MaxPercent = 3;

    /// <summary>Decodes the escape at the start of a text, which begins with a backslash or a percent sign.</summary>
    /// <returns>Bytes of source used; 0 when more source is needed to tell.</returns>
    public static int Decode(ReadOnlySpan<byte> source, bool last, Span<byte> text, out int length, out byte depth) =>
        source[0] == '%' ? DecodePercent(source, last, text, out length, out depth) : DecodeBackslash(source, last, text, out length, out depth);

    private static int DecodeBackslash(ReadOnlySpan<byte> source, bool last, Span<byte> text, out int length, out byte depth)
    {
        length = 1;
        depth = 1;
        var run = source.IndexOfAnyExcept((byte)'\\');
        if (run < 0)
        {
            if (!last && source.Length <= MaxBackslashes)
                return 0;
            run = source.Length;
        }

        text[0] = (byte)'\\';
        if (run > MaxBackslashes || run == source.Length)
        {
            depth = 0;
            return Math.Min(run, MaxBackslashes + 1);
        }

        switch (source[run])
        {
            case (byte)'"' or (byte)'\'' or (byte)'`':
                depth = QuoteDepth(run);
                if (depth == 0)
                    return run;
                text[0] = source[run];
                return run + 1;
            case (byte)'n':
                text[0] = (byte)'\n';
                return run + 1;
            case (byte)'r':
                text[0] = (byte)'\r';
                return run + 1;
            case (byte)'t':
                text[0] = (byte)'\t';
                return run + 1;
            case (byte)'b' or (byte)'f':
                text[0] = (byte)' ';
                return run + 1;
            case (byte)'/':
                text[0] = (byte)'/';
                return run + 1;
            case (byte)'u':
                return DecodeUnicode(source, run, last, text, out length, ref depth);
            default:
                return run;
        }
    }

    private static int DecodeUnicode(ReadOnlySpan<byte> source, int run, bool last, Span<byte> text, out int length, ref byte depth)
    {
        length = 1;
        switch (Hex4(source[(run + 1)..], last, out var unit))
        {
            case null:
                return 0;
            case false:
                return run;
        }

        var used = run + 5;
        if (char.IsHighSurrogate((char)unit))
        {
            var next = source[used..];
            var slashes = next.IndexOfAnyExcept((byte)'\\');
            if (slashes < 0 && next.Length <= MaxBackslashes && !last)
                return 0;
            if (slashes is > 0 and <= MaxBackslashes && next[slashes] == 'u')
            {
                var known = Hex4(next[(slashes + 1)..], last, out var low);
                if (known is null)
                    return 0;
                if (known.Value && char.IsLowSurrogate((char)low))
                {
                    length = new Rune((char)unit, (char)low).EncodeToUtf8(text);
                    return used + slashes + 5;
                }
            }
        }

        if (!Rune.TryCreate((char)unit, out var rune))
            rune = Rune.ReplacementChar;
        length = rune.EncodeToUtf8(text);
        depth = UnicodeDepth(run);
        return used;
    }

    private static int DecodePercent(ReadOnlySpan<byte> source, bool last, Span<byte> text, out int length, out byte depth)
    {
        length = 1;
        depth = 0;
        text[0] = (byte)'%';
        var used = 1;
        for (var nested = 0; nested < MaxPercent; nested++)
        {
            var rest = source[used..];
            if (rest.Length > 0 && !char.IsAsciiHexDigit((char)rest[0]) || rest.Length > 1 && !char.IsAsciiHexDigit((char)rest[1]))
                return used;
            if (rest.Length < 2)
                return last ? used : 0;
            text[0] = (byte)((HexDigit(rest[0]) << 4) | HexDigit(rest[1]));
            depth = (byte)(Percent + nested);
            used += 2;
            if (text[0] != '%')
                return used;
        }

        return used;
    }

    /// <summary>How deep a quote after so many backslashes is: each level doubles them and adds one.</summary>
    private static byte QuoteDepth(int backslashes)
    {
        byte depth = 0;
        for (; (backslashes & 1) == 1; backslashes >>= 1)
            depth++;
        return depth;
    }

    /// <summary>The same for a quote written as <c>\u0022</c>, whose backslashes may themselves be doubled.</summary>
    private static byte UnicodeDepth(int backslashes) =>
        (backslashes & 1) == 1 ? QuoteDepth(backslashes) : (byte)(1 + UnicodeDepth(backslashes / 2));

    /// <summary>Four hex digits: true, not: false, not known yet: null.</summary>
    private static bool? Hex4(ReadOnlySpan<byte> source, bool last, out int value)
    {
        value = 0;
        for (var i = 0; i < 4; i++)
        {
            if (i == source.Length)
                return last ? false : null;
            if (!char.IsAsciiHexDigit((char)source[i]))
                return false;
            value = (value << 4) | HexDigit(source[i]);
        }

        return true;
    }

    private static int HexDigit(byte b) => b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;
}
