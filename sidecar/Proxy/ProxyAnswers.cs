using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Proxy;

/// <summary>
/// What the proxy answers itself (RFC 9110 9.3.6, 15.6). What follows a CONNECT that was refused was meant for a tunnel, so the connection ends; the
/// same words to a request with an absolute URI let it go on.
/// </summary>
internal static class ProxyAnswers
{
    public static readonly RecorderAnswer Malformed = Closing(
        400, "Bad Request", "this proxy takes host:port, or http://host[:port]/: a name of ASCII letters (xn-- for others), four numbers, or an IPv6 address in brackets, without user or zone");

    public static readonly RecorderAnswer NoUri = Closing(400, "Bad Request", "this is a proxy: a request says the whole URI, or CONNECT host:port");
    public static readonly RecorderAnswer NotHttp = Closing(501, "Not Implemented", "this proxy takes http:// URIs; everything else goes by CONNECT");
    public static readonly RecorderAnswer NotByHttp2 = Closing(505, "HTTP Version Not Supported", "this proxy speaks HTTP/1.1; inside CONNECT any version goes");
    public static readonly RecorderAnswer Unmatched = new(403, "Forbidden", "no target of the policy is this host and port (capture.unmatched: Deny)");
    public static readonly RecorderAnswer Protocol = new(403, "Forbidden", "the policy says that this target does not speak HTTP");
    public static readonly RecorderAnswer Loop = new(403, "Forbidden", "this is a port of the recorder itself");
    public static readonly RecorderAnswer Unknown = new(502, "Bad Gateway", "the host's name has no address");
    public static readonly RecorderAnswer Unreachable = new(502, "Bad Gateway", "the host could not be reached");
    public static readonly RecorderAnswer Late = new(504, "Gateway Timeout", "the host did not answer in time");
    public static readonly RecorderAnswer Left = Closing(503, "Service Unavailable", "the agent ended its side, or the recorder stops, before the host was reached");

    private static RecorderAnswer Closing(int status, string phrase, string reason) => new(status, phrase, reason) { Closes = true };
}
