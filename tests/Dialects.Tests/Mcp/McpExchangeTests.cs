using System.Text;
using K8sRecorder.Dialects.Mcp;

namespace K8sRecorder.Dialects.Tests.Mcp;

/// <summary>MCP over HTTP in all revisions, after the examples of the specification.</summary>
public sealed class McpExchangeTests
{
    private const string Call = """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"get_weather","arguments":{"location":"New York"}}}""";
    private const string Answer = """{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"72°F"},{"type":"text","text":"cloudy"}],"isError":false}}""";

    [Fact]
    public void Call_of_2025_06_18_answered_with_json()
    {
        var read = Read(Call, Answer, ("mcp-protocol-version", "2025-06-18"), ("mcp-session-id", "1868a90c"))!;

        Assert.Equal(("tools/call", "get_weather", """{"location":"New York"}""", "2025-06-18"), (read.Call!.Method, read.Call.Tool, read.Call.Arguments, read.Version));
        Assert.Equal(("72°F\ncloudy", false, "2"), (read.Answer!.ResultText, read.Answer.IsFailure, read.Answer.Id));
        Assert.Equal("tools/call get_weather", read.Title);
        Assert.Empty(read.Findings);
    }

    [Fact]
    public void Call_of_2025_11_25_answered_with_a_stream_in_which_the_server_asks_back()
    {
        var read = Read(
            Call,
            "id: 0\nretry: 100\ndata: \n\n"
            + """data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"a","progress":50}}""" + "\n\n"
            + "event: message\n" + """data: {"jsonrpc":"2.0","id":9,"method":"sampling/createMessage","params":{"messages":[]}}""" + "\n\n"
            + "data: " + Answer + "\n\n",
            ("mcp-protocol-version", "2025-11-25"))!;

        Assert.True(read.IsStream);
        Assert.Equal(
            [
                (McpDirection.ToServer, McpMessageKind.Request, "tools/call"), (McpDirection.ToClient, McpMessageKind.Notification, "notifications/progress"),
                (McpDirection.ToClient, McpMessageKind.Request, "sampling/createMessage"), (McpDirection.ToClient, McpMessageKind.Result, null),
            ],
            read.Messages.Select(message => (message.Direction, message.Kind, message.Method)));
        Assert.Equal("72°F\ncloudy", read.Answer!.ResultText);
    }

    [Fact]
    public void Batch_of_2025_03_26_is_about_its_call()
    {
        var read = Read(
            $$$$"""[{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///a"}},{"jsonrpc":"2.0","method":"notifications/initialized"},{{{{Call}}}}]""",
            $$$$"""[{"jsonrpc":"2.0","id":1,"error":{"code":-32002,"message":"Resource not found"}},{{{{Answer}}}}]""")!;

        Assert.Equal(("get_weather", "2"), (read.Call!.Tool, read.Answer!.Id));
        Assert.Equal(("file:///a", new McpError(-32002, "Resource not found")), (read.Messages[0].Subject, read.Messages[3].Error));
        Assert.Empty(read.Findings);
        Assert.Single(Read($"[{Call}]", "", ("mcp-protocol-version", "2025-06-18"))!.Findings);
    }

    [Fact]
    public void Call_of_2026_07_28_without_session_and_its_input_request()
    {
        const string Body = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_weather","arguments":{"location":"Seattle, WA"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"ExampleClient","version":"1.0.0"}}}}""";
        var read = Read(
            Body, """{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{}}}""",
            ("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "get_weather"))!;

        Assert.Equal(("get_weather", "2026-07-28"), (read.Call!.Tool, read.Version));
        Assert.Contains("input_required", read.Answer!.Result, StringComparison.Ordinal);
        Assert.Empty(read.Findings);
        Assert.Equal(
            ["Mcp-Method is not the body's method", "Mcp-Name is not what the body names", "MCP-Protocol-Version is not the body's version"],
            Read(Body, "", ("mcp-protocol-version", "2025-11-25"), ("mcp-method", "tools/list"), ("mcp-name", "read_file"))!.Findings);
        Assert.Empty(Read(Body, "", ("mcp-method", "tools/call"), ("mcp-name", "=?base64?Z2V0X3dlYXRoZXI=?="))!.Findings);
        Assert.Null(Read("""{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"_meta":{}}}""", "")!.Call!.Arguments);
    }

    [Fact]
    public void Both_endpoints_of_2024_11_05()
    {
        var stream = Read("", "event: endpoint\ndata: /messages?sessionId=1\n\nevent: message\ndata: " + Answer + "\n\n", "GET")!;
        Assert.Equal(("2024-11-05", "result", "72°F\ncloudy"), (stream.Version, stream.Title, stream.Messages[0].ResultText));

        var post = Read(Call, "Accepted")!;
        Assert.Equal(("get_weather", null), (post.Call!.Tool, post.Answer));
    }

    [Fact]
    public void Initialization_says_the_version()
    {
        var read = Read("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"a"}}}""", "")!;

        Assert.Equal(("initialize", "2025-03-26"), (read.Title, read.Version));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[]}""", "")]
    [InlineData("""{"messages":[]}""", "data: {}\n\n")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"tools/call"}""", "")]
    [InlineData("", "")]
    [InlineData("x", "y")]
    public void What_is_no_mcp_is_none(string request, string response) => Assert.Null(Read(request, response));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"tools/call","params":7}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"\ud800":1,"_meta":{},"name":"\ud800"}}""")]
    [InlineData("""[[],{"jsonrpc":"2.0","method":"tools/call"},null]""")]
    public void Odd_messages_do_no_harm(string request) => Assert.Equal("tools/call", Read(request, "data: {\n\n[")!.Call!.Method);

    private static McpExchange? Read(string request, string response, params (string Name, string Value)[] fields) => Read(request, response, "POST", fields);

    private static McpExchange? Read(string request, string response, string method, params (string Name, string Value)[] fields) => McpExchange.Read(new McpExchangeBytes
    {
        Method = method,
        RequestBody = Encoding.UTF8.GetBytes(request),
        ResponseBody = Encoding.UTF8.GetBytes(response),
        RequestField = name => fields.FirstOrDefault(field => field.Name == name).Value,
    });
}
