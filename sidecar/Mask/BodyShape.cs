using System.Text;
using K8sRecorder.Masking;

namespace K8sRecorder.Sidecar.Mask;

/// <summary>How a body is to be looked through, by its media type.</summary>
internal static class BodyShape
{
    public static MaskingShape Of(ReadOnlySpan<byte> contentType)
    {
        var type = contentType;
        var parameters = type.IndexOf((byte)';');
        if (parameters >= 0)
            type = type[..parameters];
        type = type.Trim(" \t"u8);
        if (Is(type, "application/json"u8) || (type.Length >= 5 && Is(type[^5..], "+json"u8)))
            return MaskingShape.Json;
        if (Is(type, "text/event-stream"u8) || Is(type, "application/x-ndjson"u8) || Is(type, "application/jsonl"u8) || Is(type, "application/json-seq"u8))
            return MaskingShape.EventStream;
        if (Is(type, "application/vnd.amazon.eventstream"u8))
            return MaskingShape.AwsEventStream;
        if (Is(type, "application/x-www-form-urlencoded"u8))
            return MaskingShape.FormUrlEncoded;
        return MaskingShape.Text;
    }

    private static bool Is(ReadOnlySpan<byte> type, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(type, name);
}
