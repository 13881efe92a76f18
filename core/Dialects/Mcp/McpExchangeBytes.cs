namespace K8sRecorder.Dialects.Mcp;

/// <summary>An HTTP exchange as recorded: what <see cref="McpExchange.Read"/> looks at.</summary>
public sealed record McpExchangeBytes
{
    /// <summary>The method.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>The value of a field of the request, by its name in lower case; null where it has none.</summary>
    public Func<string, string?> RequestField { get; init; } = _ => null;

    /// <summary>The request's body, content coding undone.</summary>
    public ReadOnlyMemory<byte> RequestBody { get; init; }

    /// <summary>The response's body, content coding undone: JSON, or an event stream.</summary>
    public ReadOnlyMemory<byte> ResponseBody { get; init; }
}
