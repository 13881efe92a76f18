namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>What is sent to the upstream of a request target as it came: the bytes after scheme and authority, never rewritten.</summary>
internal static class RequestTarget
{
    /// <summary>
    /// Takes origin-form as it stands and absolute-form without its scheme and authority (RFC 9112 3.2). False for
    /// asterisk-form and authority-form, which are about a server or a tunnel and not about something behind it.
    /// </summary>
    public static bool TryGetPathAndQuery(string rawTarget, out string pathAndQuery)
    {
        pathAndQuery = rawTarget;
        if (rawTarget.StartsWith('/'))
            return true;
        var authority = rawTarget.IndexOf("://", StringComparison.Ordinal);
        if (authority <= 0)
            return false;
        var path = rawTarget.AsSpan(authority + 3).IndexOfAny('/', '?');
        if (path < 0)
            pathAndQuery = "/";
        else if (rawTarget[authority + 3 + path] == '?')
            pathAndQuery = string.Concat("/", rawTarget.AsSpan(authority + 3 + path));
        else
            pathAndQuery = rawTarget[(authority + 3 + path)..];
        return true;
    }
}
