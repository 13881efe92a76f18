namespace K8sRecorder.Plugin.Sessions;

/// <summary>An exchange, or a raw channel, as <c>list</c> shows it.</summary>
internal sealed record ExchangeRow
{
    public required string Session { get; init; }

    public required long Seq { get; init; }

    public required long Channel { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string? Namespace { get; init; }

    public required string? Pod { get; init; }

    public required string Target { get; init; }

    public required string Protocol { get; init; }

    public required string Text { get; init; }

    public string? Method { get; init; }

    public string? Path { get; init; }

    public string? Model { get; init; }

    /// <summary>The method of MCP.</summary>
    public string? McpMethod { get; init; }

    /// <summary>The tool that MCP was asked to call.</summary>
    public string? Tool { get; init; }

    public string? Run { get; init; }

    public int? Status { get; init; }

    public TimeSpan? Duration { get; init; }

    /// <summary>Bytes of the agent: a request's body, or all it sent on a channel.</summary>
    public long SentBytes { get; init; }

    /// <summary>Bytes of the target.</summary>
    public long ReceivedBytes { get; init; }

    public int Masked { get; init; }
}
