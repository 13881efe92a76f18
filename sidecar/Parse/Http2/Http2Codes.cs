namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>The names of error codes (RFC 9113 7), as they stand in records.</summary>
internal static class Http2Codes
{
    public const uint NoError = 0;
    public const uint InternalError = 2;
    public const uint RefusedStream = 7;
    public const uint Cancel = 8;

    private static readonly string[] Names =
    [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
        "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ];

    /// <summary>The name; <c>OTHER</c> of one that has none.</summary>
    public static string NameOf(long code) => code >= 0 && code < Names.Length ? Names[code] : "OTHER";
}
