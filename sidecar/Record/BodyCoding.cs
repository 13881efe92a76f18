using K8sRecorder.Sidecar.Mask;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Record;

/// <summary>How a body is coded by its head, which has to be undone before it can be looked through.</summary>
internal static class BodyCoding
{
    /// <summary>The coding's name as it stands in the recording; null where there is none, empty where it cannot be undone.</summary>
    public static string? Of(HttpHead head)
    {
        var encoding = head.First(HttpFieldName.ContentEncoding);
        if (encoding.Length > 0 && !HttpFieldNames.Is(encoding, "identity"u8))
            return head.CountOf(HttpFieldName.ContentEncoding) > 1 ? "" : ContentDecoder.NameOf(encoding) ?? "";
        var type = head.First(HttpFieldName.ContentType);
        return Begins(type, "application/grpc"u8) ? OfMessages(head.First("grpc-encoding"u8), isText: Begins(type, "application/grpc-web-text"u8))
            : Begins(type, "application/connect+"u8) ? OfMessages(head.First("connect-content-encoding"u8), isText: false)
            : null;
    }

    /// <summary>Of messages in envelopes; where all of them stand as base64 nothing is undone.</summary>
    private static string? OfMessages(ReadOnlySpan<byte> encoding, bool isText) =>
        encoding.Length == 0 || HttpFieldNames.Is(encoding, "identity"u8) ? null
        : isText || ContentDecoder.NameOf(encoding) is not { } name ? ""
        : EnvelopeDecoder.Mark + name;

    private static bool Begins(ReadOnlySpan<byte> type, ReadOnlySpan<byte> with) => type.Length >= with.Length && HttpFieldNames.Is(type[..with.Length], with);
}
