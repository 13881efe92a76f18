using System.Text;
using System.Text.Json;
using K8sRecorder.Dialects.Mcp;
using K8sRecorder.Dialects.Tools;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Guard;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// MCP exchanges, and the guard's search for tools. An input is a request's body and a response's, with NUL, LF between them; its first byte
/// chooses the request's fields. What a plain reader of JSON takes for a call the guard must have found.
/// </summary>
internal sealed class McpTarget : FuzzTarget
{
    private static readonly byte[] Between = [0, (byte)'\n'];

    private static readonly string[] Fields =
    [
        "", "Content-Type: application/json\r\n", "Content-Type: text/plain; charset=utf-8\r\n", "Content-Type: application/grpc\r\n",
        "Content-Encoding: gzip\r\n", "Content-Encoding: deflate\r\n", "Content-Type: application/octet-stream\r\nMcp-Method: tools/list\r\n", "Content-Encoding: br\r\n",
    ];

    private static readonly HttpRule[] Rules = [new(new GuardRuleSpec { Name = "no-shell", Deny = new GuardDenySpec { Tool = ["shell.*"] } })];

    public override string Name => "mcp";

    public override string Subject => "McpExchange, ToolScan, BodyJudge: MCP messages, streams of them, tools in requests";

    public override IEnumerable<string> Dictionary =>
    [
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"shell.exec\"}}", "\"tools/call\"", "\"shell.exec\"", "\"params\":{", "\"name\":", "\"tools\":[",
        "\"tool_calls\":[", "\"type\":\"tool_use\"", "data: ", "event: endpoint\n", "\\u0073", "\u017f", "/*", "*/", "_meta", "\uFEFF",
    ];

    public override long AllocationLimit(int length) => (8 << 20) + (2048L * length);

    public override IEnumerable<byte[]> Seeds()
    {
        const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"shell.exec","arguments":{"a":1}}}""";
        yield return Join(0, Call, """{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"a"}]}}""");
        yield return Join(1, $"[{Call},{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}}]", "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-1,\"message\":\"m\"}}\n\n");
        yield return Join(2, """{"tools":[{"type":"function","function":{"name":"shell.exec"}}]}""", "event: endpoint\ndata: /m\n\n");
        yield return [3, .. Encoding.BigEndianUnicode.GetBytes(Call), .. Between];
        yield return [0, .. Encoding.UTF32.GetBytes(Call), .. Between];
        yield return Join(0, """{"messages":[{"role":"tool","name":"shell.exec"}],"toolConfig":{"tools":[{"toolSpec":{"name":"b"}}]}}""", "");
    }

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        ReadOnlyMemory<byte> rest = input.AsMemory(1);
        var end = rest.Span.IndexOf(Between);
        var request = end < 0 ? rest : rest[..end];
        var response = end < 0 ? default : rest[(end + Between.Length)..];
        var head = Head(Fields[input[0] % Fields.Length]);

        measure.Begin();
        var read = McpExchange.Read(new McpExchangeBytes { RequestBody = request, ResponseBody = response });
        var scan = ToolScan.Read(request.Span);
        var judge = new BodyJudge(head, Rules);
        var step = judge.Look(request, request.Length, isWhole: true);
        measure.End();

        if (step == BodyStep.Hold || step == BodyStep.Deny != judge.Denial is not null)
            throw new OracleException("a whole body is judged", step.ToString());
        foreach (var name in read?.Messages.Where(message => message.Direction == McpDirection.ToServer).Select(message => message.Tool).OfType<string>() ?? [])
        {
            if (scan is not null && name.Length < 100 && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) == name && !name.Contains('\uFFFD') && !scan.Mentions.Any(mention => mention.Name == name || mention.Name.Contains('\\')))
                throw new OracleException("the guard finds what the reader shows", name);
        }
        if (CallsShell(request) && step != BodyStep.Deny)
            throw new OracleException("a call that a plain reader finds is denied", Convert.ToHexString(request.Span[..Math.Min(64, request.Length)]));
        Pieces(head, request, step);
    }

    /// <summary>However much of it is here, nothing passes that is denied when it is whole.</summary>
    private static void Pieces(HttpHead head, ReadOnlyMemory<byte> request, BodyStep whole)
    {
        var judge = new BodyJudge(head, Rules);
        for (var length = 0; length < Math.Min(request.Length, 64); length++)
        {
            var step = judge.Look(request[..length], length, isWhole: false);
            if (step == BodyStep.Pass && whole == BodyStep.Deny)
                throw new OracleException("what is denied is not let go on before", length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (step != BodyStep.Hold)
                return;
        }
    }

    private static bool CallsShell(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("method", out var method)
                && method.ValueKind == JsonValueKind.String && method.GetString() == "tools/call"
                && root.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object
                && parameters.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String && name.GetString()!.StartsWith("shell.", StringComparison.Ordinal);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static HttpHead Head(string fields)
    {
        var bytes = Encoding.ASCII.GetBytes($"POST /mcp HTTP/1.1\r\nHost: h\r\n{fields}\r\n");
        var head = new HttpHead();
        new Http1HeadParser(Http1HeadKind.Request, head).Parse(bytes, 0, bytes.Length);
        return head;
    }

    private static byte[] Join(byte fields, string request, string response) => [fields, .. Encoding.UTF8.GetBytes(request), .. Between, .. Encoding.UTF8.GetBytes(response)];
}
