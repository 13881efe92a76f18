using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>Our answers to requests that are not HTTP/1.1 as it should be. Nothing of such a request was forwarded.</summary>
internal static class Http1Refusals
{
    /// <summary>A request whose head did not come in time.</summary>
    public static readonly RecorderAnswer Late = new(408, "Request Timeout", "the request's head did not come in time") { Closes = true };

    private static readonly RecorderAnswer[] Answers = [.. Enum.GetValues<Http1Fault>().Select(Make)];

    public static RecorderAnswer Of(Http1Fault fault) => Answers[(int)fault];

    private static RecorderAnswer Make(Http1Fault fault) => fault switch
    {
        Http1Fault.StartLine => Bad("the request line is malformed"),
        Http1Fault.Version => Refusal(505, "HTTP Version Not Supported", "only HTTP/1.0 and HTTP/1.1, or HTTP/2 with prior knowledge, are spoken here"),
        Http1Fault.TargetTooLong => Refusal(414, "URI Too Long", "the request line is longer than 64 KiB"),
        Http1Fault.HeadTooLarge => Refusal(431, "Request Header Fields Too Large", "the request's head is larger than 256 KiB"),
        Http1Fault.TooManyFields => Refusal(431, "Request Header Fields Too Large", "the request has more than 1000 fields"),
        Http1Fault.LineEnd => Bad("a line of the request's head does not end in CRLF"),
        Http1Fault.FieldName => Bad("a field name of the request is malformed"),
        Http1Fault.FieldValue => Bad("a field value of the request holds a control character"),
        Http1Fault.Blanks => Bad("the request's head has too many blanks around its values"),
        Http1Fault.Host => Bad("the request does not name exactly one host"),
        Http1Fault.ContentLength => Bad("the request's Content-Length is not one number"),
        Http1Fault.TransferEncoding => Bad("the request's Transfer-Encoding is not exactly chunked"),
        Http1Fault.TwoFramings => Bad("the request has both Content-Length and Transfer-Encoding"),
        Http1Fault.TunnelBody => Bad("a CONNECT has no body: what follows it is the tunnel's"),
        _ => RecorderAnswer.BadBody,
    };

    private static RecorderAnswer Bad(string reason) => Refusal(400, "Bad Request", reason);

    private static RecorderAnswer Refusal(int status, string phrase, string reason) => new(status, phrase, reason) { Closes = true };
}
