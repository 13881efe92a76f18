namespace K8sRecorder.Sidecar.Record;

/// <summary>What is known of a WebSocket message before its first byte.</summary>
/// <param name="Type"><c>text</c>, <c>binary</c>, <c>close</c>, <c>ping</c>, <c>pong</c>, or <c>bytes</c> for what cannot be read as messages any more.</param>
internal readonly record struct WebSocketMessage(string Type)
{
    /// <summary>Whether it is compressed.</summary>
    public bool IsDeflated { get; init; }

    /// <summary>Bytes of its payload, where they are known; else -1.</summary>
    public long Length { get; init; } = -1;

    /// <summary>Why the connection ends, where it is a close that says so.</summary>
    public int? Code { get; init; }

    /// <summary>How often it came in a row.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Which rule its sender broke, where that makes it bytes.</summary>
    public string? Broken { get; init; }

    /// <summary>Whether it is the rest of one that began in the session before.</summary>
    public bool Continues { get; init; }

    /// <summary>Whether it has to be UTF-8 (RFC 6455 5.5.1, 5.6).</summary>
    public bool IsText => Type is "text" or "close";
}
