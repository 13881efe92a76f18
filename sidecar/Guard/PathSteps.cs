using System.Buffers;
using System.Text;

namespace K8sRecorder.Sidecar.Guard;

/// <summary>What servers do to a path before they look at it, one thing each. Total; a step never makes a path longer.</summary>
internal static class PathSteps
{
    private static readonly SearchValues<char> Odd = SearchValues.Create("%;\\#? \u007F\u0085\u00A0");

    /// <summary>Whether no step would change it but for a slash at its end, which matching overlooks.</summary>
    public static bool IsPlain(string path) =>
        !path.AsSpan().ContainsAny(Odd) && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("./", StringComparison.Ordinal)
        && !path.Contains("/.", StringComparison.Ordinal) && !path.EndsWith('.') && !path.AsSpan().ContainsAnyInRange('\0', '\x1f');

    /// <summary>Bytes as text, one char a byte, letters of ASCII in lower case: many servers route in any case.</summary>
    public static string Folded(ReadOnlySpan<byte> path) => string.Create(path.Length, path, static (text, bytes) =>
    {
        for (var i = 0; i < bytes.Length; i++)
            text[i] = bytes[i] is >= (byte)'A' and <= (byte)'Z' ? (char)(bytes[i] | 0x20) : (char)bytes[i];
    });

    /// <summary>Escapes of letters, digits and <c>-._~</c>, which mean the same either way (RFC 3986 6.2.2.2).</summary>
    public static string DecodeUnreserved(string path) => Decode(path, onlyUnreserved: true);

    /// <summary>All escapes, once; <c>%u002f</c> of IIS and overlong UTF-8 too.</summary>
    public static string Decode(string path) => Decode(path, onlyUnreserved: false);

    /// <summary><c>/a;x=1/b</c> is <c>/a/b</c> to servlet containers, and <c>/..;/</c> is <c>/../</c>.</summary>
    public static string WithoutParameters(string path)
    {
        if (!path.Contains(';', StringComparison.Ordinal))
            return path;
        var kept = new StringBuilder(path.Length);
        var isParameter = false;
        foreach (var c in path)
        {
            isParameter = c == ';' || (isParameter && c != '/');
            if (!isParameter)
                kept.Append(c);
        }
        return kept.ToString();
    }

    /// <summary>A backslash is a slash to some.</summary>
    public static string WithSlashes(string path) => path.Replace('\\', '/');

    public static string WithoutDoubleSlashes(string path)
    {
        if (!path.Contains("//", StringComparison.Ordinal))
            return path;
        var kept = new StringBuilder(path.Length);
        foreach (var c in path)
        {
            if (c != '/' || kept.Length == 0 || kept[^1] != '/')
                kept.Append(c);
        }
        return kept.ToString();
    }

    /// <summary>Dot segments removed (RFC 3986 5.2.4).</summary>
    public static string WithoutDots(string path)
    {
        if (!path.Contains('.', StringComparison.Ordinal))
            return path;
        var kept = new List<string>();
        var segments = path.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] is "." or "..")
            {
                if (segments[i] == ".." && kept.Count > 1)
                    kept.RemoveAt(kept.Count - 1);
                if (isLast)
                    kept.Add("");
            }
            else
                kept.Add(segments[i]);
        }
        var whole = string.Join('/', kept);
        return path.StartsWith('/') && !whole.StartsWith('/') ? "/" + whole : whole;
    }

    /// <summary>A query, fragment or end of string that only shows after decoding, or that only some see.</summary>
    public static string CutAtMark(string path)
    {
        var mark = path.AsSpan().IndexOfAny('?', '#', '\0');
        return mark <= 0 ? path : path[..mark];
    }

    /// <summary>Dots, blanks and control characters at a segment's end: file systems of Windows and many frameworks leave them off.</summary>
    public static string Trimmed(string path)
    {
        var segments = path.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i] is "." or "..")
                continue;
            segments[i] = segments[i].AsSpan().Trim(" \t\r\n\v\f\0\u0085\u00A0\u007F").TrimEnd(". \u0085\u00A0").ToString();
        }
        return string.Join('/', segments);
    }

    private static string Decode(string path, bool onlyUnreserved)
    {
        if (!path.Contains('%', StringComparison.Ordinal))
            return path;
        var decoded = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '%' || !TryEscape(path.AsSpan(i), out var c, out var length)
                || (onlyUnreserved && !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_' or '~')))
            {
                decoded.Append(path[i]);
                continue;
            }
            decoded.Append(c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c);
            i += length - 1;
        }
        return Shortest(decoded);
    }

    private static bool TryEscape(ReadOnlySpan<char> text, out char c, out int length)
    {
        (c, length) = ('\0', text.Length > 1 && text[1] is 'u' ? 6 : 3);
        if (text.Length < length)
            return false;
        var value = 0;
        foreach (var digit in text[(length == 6 ? 2 : 1)..length])
        {
            if (!char.IsAsciiHexDigit(digit))
                return false;
            value = (value << 4) | Convert.ToInt32(digit.ToString(), 16);
        }
        // what IIS writes as U+FF0F is a slash to it, as are all of the full width forms
        c = (char)(value is >= 0xff01 and <= 0xff5e ? value - 0xfee0 : value > 0xff ? '?' : value);
        return true;
    }

    /// <summary>Overlong UTF-8 of ASCII (<c>C0 AF</c> is a slash) as the ASCII.</summary>
    private static string Shortest(StringBuilder text)
    {
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\u00C0' or '\u00C1' && i + 1 < text.Length && text[i + 1] is >= '\u0080' and <= '\u00BF')
                kept.Append((char)(((text[i] & 1) << 6) | (text[++i] & 0x3f)));
            else if (text[i] == '\u00E0' && i + 2 < text.Length && text[i + 1] is '\u0080' or '\u0081' && text[i + 2] is >= '\u0080' and <= '\u00BF')
                kept.Append((char)(((text[i + 1] & 1) << 6) | (text[i += 2] & 0x3f)));
            else
                kept.Append(text[i]);
        }
        return kept.ToString();
    }
}
