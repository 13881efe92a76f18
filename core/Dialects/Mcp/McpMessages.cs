using System.Text.Json;
using K8sRecorder.Dialects.Exchanges;

namespace K8sRecorder.Dialects.Mcp;

/// <summary>Reads the JSON-RPC messages out of a body: one, a batch, or those of an event stream. Bounded and total.</summary>
internal sealed class McpMessages(McpDirection direction)
{
    /// <summary>What is beyond is left out of the reading.</summary>
    public const int MaxMessages = 10_000;

    private const int SliceBytes = 64 * 1024;

    public List<McpMessage> List { get; } = [];

    /// <summary>Whether a batch was among them.</summary>
    public bool HasBatch { get; private set; }

    public bool IsStream { get; private set; }

    /// <summary>Whether bytes were left of which no message could be made.</summary>
    public bool HasRest { get; private set; }

    /// <summary>Whether a stream began with the <c>endpoint</c> event of HTTP+SSE (2024-11-05).</summary>
    public bool HasEndpoint { get; private set; }

    /// <summary>Whether a body begins like one, and not like a stream of them.</summary>
    public static bool IsDocument(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{' or (byte)'[', ..];

    public void ReadBody(ReadOnlyMemory<byte> body)
    {
        if (IsDocument(body.Span))
            ReadDocument(body);
        else if (direction == McpDirection.ToClient)
            ReadStream(body.Span);
    }

    private void ReadStream(ReadOnlySpan<byte> body)
    {
        var parser = new EventStreamParser();
        var events = new List<ServerSentEvent>();
        while (!body.IsEmpty && List.Count < MaxMessages)
        {
            var take = Math.Min(body.Length, SliceBytes);
            parser.Push(body[..take], events);
            body = body[take..];
            if (body.IsEmpty)
                parser.Complete(events);
            foreach (var item in events)
            {
                IsStream = true;
                HasEndpoint |= item.Type == "endpoint";
                if (item.Type != "endpoint" && item.Data.Length > 0)
                    ReadDocument(item.Data);
            }
            events.Clear();
        }
        HasRest |= parser.HasUnfinishedEvent;
    }

    private void ReadDocument(ReadOnlyMemory<byte> json)
    {
        using var document = JsonBody.Parse(json);
        if (document is null)
        {
            HasRest = true;
            return;
        }
        var root = document.RootElement;
        HasBatch |= root.ValueKind == JsonValueKind.Array;
        if (root.ValueKind != JsonValueKind.Array)
            Add(root);
        foreach (var message in root.Elements())
            Add(message);
    }

    private void Add(JsonElement message)
    {
        if (message.Get("jsonrpc").AsText() != "2.0" || List.Count == MaxMessages)
            return;
        var id = message.Get("id") is { ValueKind: JsonValueKind.String or JsonValueKind.Number } given ? given.GetRawText() : null;
        if (message.Get("method").AsText() is { } method)
            List.Add(Request(method, id, message.Get("params")));
        else if (message.Get("error") is { ValueKind: JsonValueKind.Object } error)
            List.Add(Error(id, error));
        else if (message.Get("result") is { ValueKind: not JsonValueKind.Undefined } result)
            List.Add(Result(id, result));
    }

    private McpMessage Request(string method, string? id, JsonElement parameters) => new()
    {
        Direction = direction,
        Kind = id is null ? McpMessageKind.Notification : McpMessageKind.Request,
        Id = id,
        Method = method,
        Tool = method == "tools/call" ? parameters.Get("name").AsText() : null,
        Subject = method switch
        {
            "tools/call" => null,
            "prompts/get" => parameters.Get("name").AsText(),
            _ => parameters.Get("uri").AsText(),
        },
        Arguments = method is "tools/call" or "prompts/get" ? Raw(parameters.Get("arguments")) : WithoutMeta(parameters),
    };

    private McpMessage Error(string? id, JsonElement error) => new()
    {
        Direction = direction,
        Kind = McpMessageKind.Error,
        Id = id,
        Error = new McpError(error.Get("code").AsNumber(), error.Get("message").AsTextOrJson()),
    };

    private McpMessage Result(string? id, JsonElement result)
    {
        var texts = result.Get("content").Elements().Select(block => block.Get("text").AsText()).OfType<string>().ToList();
        return new()
        {
            Direction = direction,
            Kind = McpMessageKind.Result,
            Id = id,
            Result = result.GetRawText(),
            ResultText = texts.Count > 0 ? string.Join('\n', texts) : null,
            IsFailure = result.Get("isError").ValueKind == JsonValueKind.True,
        };
    }

    private static string? Raw(JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? null : element.GetRawText();

    /// <summary>2026-07-28 puts who asks, and in which version, into every <c>_meta</c>: no reader wants to see it each time.</summary>
    private static string? WithoutMeta(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Object || !parameters.Has("_meta", JsonValueKind.Object))
            return Raw(parameters);
        var others = new List<string>();
        foreach (var member in parameters.EnumerateObject())
        {
            if (!IsMeta(member))
                others.Add(member.ToString());
        }
        return others.Count == 0 ? null : "{" + string.Join(',', others) + "}";
    }

    private static bool IsMeta(JsonProperty member)
    {
        try
        {
            return member.NameEquals("_meta"u8);
        }
        catch (InvalidOperationException)
        {
            return false; // half a surrogate pair
        }
    }
}
