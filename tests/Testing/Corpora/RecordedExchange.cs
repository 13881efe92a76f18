using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace K8sRecorder.Testing.Corpora;

/// <summary>One exchange of <c>corpora/llm</c>, with its bodies as bytes.</summary>
public sealed record RecordedExchange
{
    public required string Id { get; init; }

    /// <summary>What the collection calls the API, such as <c>openai.chat</c>.</summary>
    public required string Api { get; init; }

    public required string Method { get; init; }

    public required string Url { get; init; }

    public required int Status { get; init; }

    /// <summary>Whether the collection knows of a tool call in the response.</summary>
    public required bool HasToolCall { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> RequestHeaders { get; init; }

    public required byte[] RequestBody { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders { get; init; }

    /// <summary>The response's body, content coding undone.</summary>
    public required byte[] ResponseBody { get; init; }

    /// <summary>
    /// The response's body as it came over the wire. Where that was not kept it is coded anew if the head says gzip, else the same as
    /// <see cref="ResponseBody"/>.
    /// </summary>
    public required byte[] ResponseWire { get; init; }

    /// <summary>The content coding of <see cref="ResponseWire"/>, or null.</summary>
    public required string? Coding { get; init; }

    /// <summary>The request target: path and query of <see cref="Url"/>, byte for byte.</summary>
    public string Target
    {
        get
        {
            var scheme = Url.IndexOf("://", StringComparison.Ordinal);
            var path = scheme < 0 ? -1 : Url.IndexOf('/', scheme + 3);
            return path < 0 ? "/" : Url[path..];
        }
    }

    /// <summary>Every exchange of the collection.</summary>
    public static IEnumerable<RecordedExchange> All()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(CorporaFolder.Path!, "llm"), "*.jsonl.gz").Order(StringComparer.Ordinal))
            foreach (var line in CorporaFolder.Lines(file))
                yield return Parse(line);
    }

    public override string ToString() => Id;

    private static RecordedExchange Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        var request = row.GetProperty("request");
        var response = row.GetProperty("response");
        var body = Body(response);
        var headers = Headers(response);
        var isGzip = headers.Any(h => h.Key.Equals("content-encoding", StringComparison.OrdinalIgnoreCase) && h.Value == "gzip");
        return new()
        {
            Id = row.GetProperty("id").GetString()!,
            Api = row.GetProperty("api").GetString()!,
            Method = row.GetProperty("method").GetString()!,
            Url = row.GetProperty("url").GetString()!,
            Status = row.GetProperty("status").GetInt32(),
            HasToolCall = row.GetProperty("tool_call_in_response").ValueKind == JsonValueKind.True,
            RequestHeaders = Headers(request),
            RequestBody = Body(request),
            ResponseHeaders = headers,
            ResponseBody = body,
            ResponseWire = response.TryGetProperty("wire_b64", out var wire) ? wire.GetBytesFromBase64() : isGzip ? Gzip(body) : body,
            Coding = isGzip ? "gzip" : null,
        };
    }

    private static List<KeyValuePair<string, string>> Headers(JsonElement message) =>
        [.. message.GetProperty("headers").EnumerateArray().Select(h => KeyValuePair.Create(h[0].GetString()!, h[1].GetString()!))];

    private static byte[] Gzip(byte[] bytes)
    {
        using var coded = new MemoryStream();
        using (var gzip = new GZipStream(coded, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return coded.ToArray();
    }

    private static byte[] Body(JsonElement message)
    {
        if (message.TryGetProperty("body_b64", out var coded) && coded.ValueKind == JsonValueKind.String)
            return coded.GetBytesFromBase64();
        return message.TryGetProperty("body", out var text) && text.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(text.GetString()!) : [];
    }
}
