using K8sRecorder.Masking;

namespace K8sRecorder.Sidecar.Mask;

/// <summary>How a body is to be looked through, by its media type.</summary>
internal static class BodyShape
{
    public static MaskingShape Of(string? contentType)
    {
        var type = contentType.AsSpan();
        var parameters = type.IndexOf(';');
        if (parameters >= 0)
            type = type[..parameters];
        type = type.Trim();
        if (Is(type, "application/json") || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
            return MaskingShape.Json;
        if (Is(type, "text/event-stream") || Is(type, "application/x-ndjson") || Is(type, "application/jsonl") || Is(type, "application/json-seq"))
            return MaskingShape.EventStream;
        if (Is(type, "application/x-www-form-urlencoded"))
            return MaskingShape.FormUrlEncoded;
        return MaskingShape.Text;
    }

    private static bool Is(ReadOnlySpan<char> type, string name) => type.Equals(name, StringComparison.OrdinalIgnoreCase);
}
