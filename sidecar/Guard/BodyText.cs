using System.Text;

namespace K8sRecorder.Sidecar.Guard;

/// <summary>Tells JSON by its first bytes, in any of the encodings that readers of JSON find out by themselves (RFC 4627 3).</summary>
internal static class BodyText
{
    /// <summary>Blanks before the first character of JSON that are waited for.</summary>
    private const int MaxBlanks = 1 << 10;

    private static readonly string[] ReadCharsets = ["utf-8", "utf8", "us-ascii", "ascii", "latin1", "iso-8859-", "windows-125", "cp125", "utf-16", "utf-32"];

    private static readonly UTF32Encoding Utf32BigEndian = new(bigEndian: true, byteOrderMark: false);

    /// <summary>Whether a content type, in lower case, names no character set but those that are read: all others might hide ASCII behind other bytes.</summary>
    public static bool IsReadCharset(string contentType)
    {
        for (var at = 0; (at = contentType.IndexOf("charset", at, StringComparison.Ordinal)) >= 0;)
        {
            at += "charset".Length;
            var name = contentType.AsSpan(at).TrimStart();
            if (name.IsEmpty || name[0] is not ('=' or '*'))
                continue;
            name = name.TrimStart("*= \t\"'");
            var isRead = false;
            foreach (var known in ReadCharsets)
                isRead |= name.StartsWith(known);
            if (!isRead)
                return false;
        }
        return true;
    }

    public static BodyLook Look(ReadOnlySpan<byte> body, bool isWhole, bool isGrpc)
    {
        if (body.Length < 4 && !isWhole)
            return BodyLook.Unclear;
        if (isGrpc && body.Length >= 4 && body[0] <= 1)
        {
            if (!MightBeWide(body))
                return BodyLook.Other;
            if (body.Length < 8 && !isWhole)
                return BodyLook.Unclear; // a message of that length has more
        }
        var encoding = EncodingOf(body, out var mark);
        var unit = encoding is null ? 1 : encoding.GetByteCount(" ");
        var isBig = encoding is UnicodeEncoding or UTF32Encoding && encoding.GetBytes(" ")[0] == 0;
        for (var at = mark; at + unit <= body.Length; at += unit)
        {
            var character = Unit(body.Slice(at, unit), isBig);
            if (character is > 0x20 and not 0xfeff)
            {
                var hasNext = at + (2 * unit) <= body.Length;
                if (character == '/' && !hasNext && !isWhole)
                    return BodyLook.Unclear;
                var next = hasNext ? Unit(body.Slice(at + unit, unit), isBig) : 0;
                return character is '{' or '[' || (character == '/' && next is '/' or '*') ? BodyLook.Json : BodyLook.Other;
            }
            if (at > MaxBlanks)
                return BodyLook.Json; // nobody but a hostile agent writes so many; it will be read when it is whole
        }
        return isWhole ? BodyLook.Other : BodyLook.Unclear;
    }

    /// <summary>The same text in UTF-8.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> body) =>
        EncodingOf(body.Span, out var mark) is { } encoding ? Encoding.Convert(encoding, Encoding.UTF8, body[mark..].ToArray()) : TrimMark(body);

    private static ReadOnlyMemory<byte> TrimMark(ReadOnlyMemory<byte> body) => body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;

    /// <summary>Null: UTF-8, or another form that has ASCII as itself.</summary>
    private static Encoding? EncodingOf(ReadOnlySpan<byte> body, out int mark)
    {
        mark = 0;
        if (body.Length < 2)
            return null;
        if (body.Length >= 4)
        {
            (var wide, mark) = body[..4] switch
            {
                [0xff, 0xfe, 0, 0] => ((Encoding?)Encoding.UTF32, 4),
                [0, 0, 0xfe, 0xff] => (Utf32BigEndian, 4),
                [0, 0, 0, not 0] => (Utf32BigEndian, 0),
                [not 0, 0, 0, 0] => (Encoding.UTF32, 0),
                _ => (null, 0),
            };
            if (wide is not null)
                return wide;
        }
        (var found, mark) = body[..2] switch
        {
            [0xff, 0xfe] => ((Encoding?)Encoding.Unicode, 2),
            [0xfe, 0xff] => (Encoding.BigEndianUnicode, 2),
            [0, not 0] => (Encoding.BigEndianUnicode, 0),
            [not 0, 0] => (Encoding.Unicode, 0),
            _ => (null, 0),
        };
        if (found is null && body.StartsWith("\uFEFF"u8))
            mark = 3;
        return found;
    }

    private static int Unit(ReadOnlySpan<byte> bytes, bool isBig)
    {
        var value = 0u;
        for (var i = 0; i < bytes.Length; i++)
            value = (value << 8) | bytes[isBig ? i : bytes.Length - 1 - i];
        return value > int.MaxValue ? int.MaxValue : (int)value;
    }

    /// <summary>
    /// A frame of gRPC begins with 0 or 1 and a length of four bytes. As JSON in UTF-16 that would be a length of more than a gigabyte, as
    /// JSON in UTF-32 a length that ends in a zero before a message that begins with two, which no protobuf does.
    /// </summary>
    private static bool MightBeWide(ReadOnlySpan<byte> body) =>
        body is [0, (byte)'{' or (byte)'[', ..] || (body is [0, 0, 0, not 0, ..] && !body[4..Math.Min(body.Length, 7)].ContainsAnyExcept((byte)0));
}
