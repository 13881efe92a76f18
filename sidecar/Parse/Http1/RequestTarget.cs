using System.Buffers;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>What is sent to the upstream of a request target as it came: the bytes after scheme and authority, never rewritten.</summary>
/// <param name="At">Where path and query begin in the target.</param>
/// <param name="NeedsSlash">There is no path: the root is asked for.</param>
internal readonly record struct RequestTarget(int At, bool NeedsSlash)
{
    private static readonly SearchValues<byte> SchemeBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."u8);

    /// <summary>Whether it came in origin-form, which is what goes on.</summary>
    public bool IsOrigin => At == 0;

    /// <summary>
    /// Takes origin-form as it stands and absolute-form without its scheme and authority (RFC 9112 3.2). False for
    /// asterisk-form and authority-form, which are about a server or a tunnel and not about something behind it.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> raw, out RequestTarget target)
    {
        target = default;
        if (raw.Length > 0 && raw[0] == '/')
            return true;
        var scheme = SchemeOf(raw);
        if (scheme <= 0)
            return false;
        var authority = raw[(scheme + 3)..];
        var path = authority.IndexOfAny("/?#"u8);
        var at = path < 0 ? raw.Length : scheme + 3 + path;
        target = new RequestTarget(at, path < 0 || raw[at] != '/');
        return true;
    }

    /// <summary>Where scheme and authority of an absolute-form target stand; false where it has another form.</summary>
    public static bool TryReadAuthority(ReadOnlySpan<byte> raw, out Range scheme, out Range authority)
    {
        var length = SchemeOf(raw);
        scheme = ..length;
        var path = raw[Math.Min(raw.Length, length + 3)..].IndexOfAny("/?#"u8);
        authority = length == 0 ? default : path < 0 ? (length + 3).. : (length + 3)..(length + 3 + path);
        return length > 0;
    }

    /// <summary>
    /// Whether an absolute-form target names the host that the Host field names (RFC 9112 3.2.2): two readers that believe one each
    /// would see two requests.
    /// </summary>
    public static bool AgreesWithHost(HttpHead head)
    {
        var raw = head.Target;
        if (!TryReadAuthority(raw, out var scheme, out var place) || !head.Has(HttpFieldName.Host))
            return true;
        var authority = raw[place];
        var user = authority.LastIndexOf((byte)'@');
        authority = authority[(user + 1)..];
        var port = HttpFieldNames.Is(raw[scheme], "https"u8) ? ":443"u8 : ":80"u8;
        return HttpFieldNames.Is(Without(authority, port), Without(head.First(HttpFieldName.Host), port));
    }

    /// <summary>Length of the scheme (RFC 3986 3.1) before <c>://</c>; 0 where there is none: <c>?u=http://h/</c> names no other host.</summary>
    private static int SchemeOf(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty || !char.IsAsciiLetter((char)raw[0]))
            return 0;
        var length = raw.IndexOf("://"u8);
        return length > 0 && !raw[..length].ContainsAnyExcept(SchemeBytes) ? length : 0;
    }

    private static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> authority, ReadOnlySpan<byte> port) =>
        authority.EndsWith(port) ? authority[..^port.Length] : authority;
}
