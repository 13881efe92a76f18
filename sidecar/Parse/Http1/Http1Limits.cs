namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>Bounds of what one message may make us hold. Bodies have none: they pass.</summary>
internal static class Http1Limits
{
    public const int RequestLine = 64 << 10;
    public const int RequestHead = 256 << 10;
    public const int ResponseHead = 128 << 10;
    public const int Trailers = 32 << 10;
    public const int Fields = 1000;

    /// <summary>
    /// Blanks around the values of a head, beside the one before each. Values are recorded without: what an agent wrote in blanks and tabs would arrive, and
    /// no record would have it.
    /// </summary>
    public const int Blanks = 128;

    /// <summary>A chunk's size line with its extensions.</summary>
    public const int ChunkLine = 4 << 10;

    /// <summary>Empty lines before a request line (RFC 9112 2.2 wants at least one let pass).</summary>
    public const int EmptyLines = 8;
}
