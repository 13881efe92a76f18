using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace K8sRecorder.Recording.Format;

/// <summary>Writes the JSON of the format: no white space, <c>"</c>, <c>\</c> and U+0000–U+001F escaped and nothing else.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Writes the inside of a string. The bytes must be valid UTF-8.</summary>
    public static void WriteEscaped(PooledBytes to, ReadOnlySpan<byte> utf8)
    {
        while (true)
        {
            var plain = utf8.IndexOfAny(Escaped);
            if (plain < 0)
            {
                to.Write(utf8);
                return;
            }

            var space = to.GetSpan(plain + 6);
            utf8[..plain].CopyTo(space);
            to.Advance(plain + Escape(utf8[plain], space[plain..]));
            utf8 = utf8[(plain + 1)..];
        }
    }

    /// <summary>Writes a quoted string; what UTF-16 cannot say in UTF-8 becomes U+FFFD.</summary>
    public static void WriteString(PooledBytes to, string text)
    {
        to.WriteByte((byte)'"');
        if (text.Length <= 256)
        {
            Span<byte> utf8 = stackalloc byte[256 * 3];
            Utf8.FromUtf16(text, utf8, out _, out var written);
            WriteEscaped(to, utf8[..written]);
        }
        else
            WriteEscaped(to, Encoding.UTF8.GetBytes(text));
        to.WriteByte((byte)'"');
    }

    /// <summary>Writes <c>,"name":</c>.</summary>
    public static void WriteName(PooledBytes to, string name)
    {
        to.WriteByte((byte)',');
        WriteString(to, name);
        to.WriteByte((byte)':');
    }

    public static void WriteNumber(PooledBytes to, long value)
    {
        Utf8Formatter.TryFormat(value, to.GetSpan(20), out var written);
        to.Advance(written);
    }

    /// <summary>Writes a quoted RFC 3339 time in UTC with milliseconds.</summary>
    public static void WriteTime(PooledBytes to, DateTimeOffset at)
    {
        // The round-trip form is the platform's fast one; its last four digits give way to the end of ours.
        var space = to.GetSpan(30);
        space[0] = (byte)'"';
        at.UtcDateTime.TryFormat(space[1..], out _, "O", CultureInfo.InvariantCulture);
        "Z\""u8.CopyTo(space[24..]);
        to.Advance(26);
    }

    public static void WriteHex(PooledBytes to, ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, to.GetSpan(bytes.Length * 2), out var written);
        to.Advance(written);
    }

    public static void WriteBase64(PooledBytes to, ReadOnlySpan<byte> bytes)
    {
        Base64.EncodeToUtf8(bytes, to.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        to.Advance(written);
    }

    private static int Escape(byte value, Span<byte> to)
    {
        to[0] = (byte)'\\';
        to[1] = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)'u',
        };
        if (to[1] != 'u')
            return 2;
        "00"u8.CopyTo(to[2..]);
        to[4] = (byte)('0' + (value >> 4));
        to[5] = "0123456789abcdef"u8[value & 15];
        return 6;
    }
}
