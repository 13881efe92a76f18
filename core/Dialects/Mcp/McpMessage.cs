namespace K8sRecorder.Dialects.Mcp;

/// <summary>One JSON-RPC message of MCP. All strings were written by one of its two sides.</summary>
public sealed record McpMessage
{
    /// <summary>Which way it went.</summary>
    public required McpDirection Direction { get; init; }

    /// <summary>What it is.</summary>
    public required McpMessageKind Kind { get; init; }

    /// <summary>Its id as JSON; null where it has none.</summary>
    public string? Id { get; init; }

    /// <summary>The method of a request or notification.</summary>
    public string? Method { get; init; }

    /// <summary>The tool of a <c>tools/call</c>.</summary>
    public string? Tool { get; init; }

    /// <summary>What else a request is about: the URI of a resource, the name of a prompt.</summary>
    public string? Subject { get; init; }

    /// <summary>The arguments of a tool or prompt as JSON; of other methods <c>params</c> without <c>_meta</c>.</summary>
    public string? Arguments { get; init; }

    /// <summary>The result as JSON.</summary>
    public string? Result { get; init; }

    /// <summary>The texts in the result's <c>content</c>, a line feed between them; null where there are none.</summary>
    public string? ResultText { get; init; }

    /// <summary>Whether a result says of itself that the tool failed (<c>isError</c>).</summary>
    public bool IsFailure { get; init; }

    /// <summary>The error.</summary>
    public McpError? Error { get; init; }
}
