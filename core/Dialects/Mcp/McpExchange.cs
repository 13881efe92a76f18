using System.Text;
using K8sRecorder.Dialects.Exchanges;

namespace K8sRecorder.Dialects.Mcp;

/// <summary>
/// An HTTP exchange as MCP: streamable HTTP of 2025-03-26 (with batches), 2025-06-18, 2025-11-25 and 2026-07-28 (without sessions, mirrored
/// in fields), and either of the two endpoints of HTTP+SSE (2024-11-05).
/// </summary>
/// <remarks>Best effort and never evidence: the bytes are. Total; strings are hostile to terminals.</remarks>
public sealed class McpExchange
{
    private static readonly string[] Methods = ["initialize", "ping", "server/discover"];

    private static readonly string[] Families =
        ["tools/", "resources/", "prompts/", "notifications/", "completion/", "logging/", "sampling/", "roots/", "elicitation/", "subscriptions/"];

    private static readonly string[] Fields = ["mcp-session-id", "mcp-protocol-version", "mcp-method"];

    /// <summary>The messages in order, the client's first.</summary>
    public required IReadOnlyList<McpMessage> Messages { get; init; }

    /// <summary>What this exchange is about: the client's first call of a tool, else its first request, else its first message, else the server's first.</summary>
    public McpMessage? Call { get; init; }

    /// <summary>What the server answered to <see cref="Call"/>; null where that is not in this exchange.</summary>
    public McpMessage? Answer { get; init; }

    /// <summary>The protocol's revision, as far as the exchange says.</summary>
    public string? Version { get; init; }

    /// <summary>Whether the server's messages came as a stream.</summary>
    public bool IsStream { get; init; }

    /// <summary>Whether some of it could not be read as messages.</summary>
    public bool HasRest { get; init; }

    /// <summary>What does not agree: between fields and body, or with the revision. In words, with nothing of the messages but method names.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>Reads a recorded exchange; null where it is no MCP.</summary>
    public static McpExchange? Read(McpExchangeBytes bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var sent = new McpMessages(McpDirection.ToServer);
        var received = new McpMessages(McpDirection.ToClient);
        var hasFields = Fields.Any(field => bytes.RequestField(field) is not null);
        if (bytes.Method == "POST")
            sent.ReadBody(bytes.RequestBody);
        // the answer of something else is not read for nothing
        if (bytes.Method == "POST" ? !hasFields && !sent.List.Any(IsKnown) : bytes.Method != "GET" || McpMessages.IsDocument(bytes.ResponseBody.Span))
            return null;
        received.ReadBody(bytes.ResponseBody);
        if (sent.List.Count + received.List.Count == 0 && !received.HasEndpoint)
            return null;
        if (!hasFields && !received.HasEndpoint && !sent.List.Any(IsKnown) && !received.List.Any(IsKnown))
            return null;
        var call = sent.List.Find(message => message.Method == "tools/call")
            ?? sent.List.Find(message => message.Kind == McpMessageKind.Request)
            ?? sent.List.FirstOrDefault()
            ?? received.List.FirstOrDefault();
        return new()
        {
            Messages = [.. sent.List, .. received.List],
            Call = call,
            Answer = call is { Kind: McpMessageKind.Request, Direction: McpDirection.ToServer }
                ? received.List.Find(message => message.Id == call.Id && message.Method is null)
                : null,
            Version = bytes.RequestField("mcp-protocol-version") ?? VersionIn(bytes.RequestBody) ?? (received.HasEndpoint ? "2024-11-05" : null),
            IsStream = received.IsStream,
            HasRest = sent.HasRest || received.HasRest,
            Findings = FindingsOf(bytes, sent, call),
        };
    }

    /// <summary>The method, and what it is about, on one line.</summary>
    public string Title => Call is null ? "stream"
        : (Call.Tool ?? Call.Subject) is { } subject ? $"{Named(Call)} {subject}"
        : Named(Call);

    private static string Named(McpMessage message) => message.Method ?? message.Kind.ToString().ToLowerInvariant();

    private static bool IsKnown(McpMessage message) =>
        message.Method is { } method && (Methods.Contains(method) || Families.Any(family => method.StartsWith(family, StringComparison.Ordinal)));

    private static string? VersionIn(ReadOnlyMemory<byte> body)
    {
        using var document = JsonBody.Parse(body);
        var parameters = document?.RootElement.Get("params") ?? default;
        return parameters.Get("_meta").Get("io.modelcontextprotocol/protocolVersion").AsText() ?? parameters.Get("protocolVersion").AsText();
    }

    private static List<string> FindingsOf(McpExchangeBytes bytes, McpMessages sent, McpMessage? call)
    {
        var findings = new List<string>();
        var version = bytes.RequestField("mcp-protocol-version");
        if (sent.HasBatch && version is not (null or "2025-03-26"))
            findings.Add("a batch, which this revision does not have");
        if (call is not { Direction: McpDirection.ToServer } || sent.List.Count != 1)
            return findings;
        if (bytes.RequestField("mcp-method") is { } method && method != call.Method)
            findings.Add("Mcp-Method is not the body's method");
        if (bytes.RequestField("mcp-name") is { } name && (call.Tool ?? call.Subject) is { } subject
            && McpHeader.Decode(Encoding.UTF8.GetBytes(name)) != subject)
            findings.Add("Mcp-Name is not what the body names");
        using var document = JsonBody.Parse(bytes.RequestBody);
        var meta = (document?.RootElement.Get("params") ?? default).Get("_meta");
        if (version is not null && meta.Get("io.modelcontextprotocol/protocolVersion").AsText() is { } stated && stated != version)
            findings.Add("MCP-Protocol-Version is not the body's version");
        return findings;
    }
}
