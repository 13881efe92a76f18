using System.Globalization;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// How a message's body is framed. Whatever could be read in two ways is refused (RFC 9112 6.1 to 6.3): both framings, a length that is
/// there twice or is no plain number, a transfer coding that is not exactly <c>chunked</c>.
/// </summary>
internal readonly record struct Http1Framing(BodyKind Kind, long Length)
{
    public static readonly Http1Framing None = new(BodyKind.None, 0);

    /// <summary>The framing of a request; a fault where there is none that both sides would agree on.</summary>
    public static Http1Fault OfRequest(HttpHead head, out Http1Framing framing)
    {
        framing = None;
        if (head.CountOf(HttpFieldName.Host) is var hosts && (hosts > 1 || (hosts == 0 && !head.IsHttp10)))
            return Http1Fault.Host;
        return Of(head, out framing);
    }

    /// <summary>The framing of a response to a method.</summary>
    public static Http1Fault OfResponse(HttpHead head, bool toHead, out Http1Framing framing)
    {
        var fault = Of(head, out framing);
        if (fault != Http1Fault.None)
            return fault;
        if (toHead || head.Status is < 200 or 204 or 304)
            framing = None;
        else if (framing.Kind == BodyKind.None && !head.Has(HttpFieldName.ContentLength))
            framing = new Http1Framing(BodyKind.UntilClose, -1);
        return Http1Fault.None;
    }

    private static Http1Fault Of(HttpHead head, out Http1Framing framing)
    {
        framing = None;
        // RFC 9112 6.1: chunked did not exist in HTTP/1.0, and who says so may not mean it
        if (head.IsHttp10 && head.Has(HttpFieldName.TransferEncoding))
            return Http1Fault.TransferEncoding;
        var (isChunked, hasLength) = (head.Has(HttpFieldName.TransferEncoding), head.Has(HttpFieldName.ContentLength));
        if (isChunked && hasLength)
            return Http1Fault.TwoFramings;
        if (isChunked)
        {
            if (head.CountOf(HttpFieldName.TransferEncoding) > 1 || !HttpFieldNames.Is(head.First(HttpFieldName.TransferEncoding), "chunked"u8))
                return Http1Fault.TransferEncoding;
            framing = new Http1Framing(BodyKind.Chunked, -1);
        }
        else if (hasLength)
        {
            if (head.CountOf(HttpFieldName.ContentLength) > 1
                || !long.TryParse(head.First(HttpFieldName.ContentLength), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                return Http1Fault.ContentLength;
            framing = length == 0 ? None : new Http1Framing(BodyKind.Length, length);
        }
        return Http1Fault.None;
    }
}
