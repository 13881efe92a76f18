using System.IO.Compression;
using System.Text;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Sidecar.Tests.Guard;

/// <summary>Rules that name tools: the body is held, searched in every reading, and goes on byte for byte or not at all.</summary>
public sealed class ToolGuardTests
{
    private const string Stream = "Accept: application/json, text/event-stream\r\n";
    private const string RpcError = """{"jsonrpc":"2.0","id":1,"error":{"code":-32010,"message":"k8srecorder: denied by rule no-shell of the policy"}}""";

    [Theory]
    [InlineData(Stream, "HTTP/1.1 200 OK\r\n")]
    [InlineData("", "HTTP/1.1 403 Forbidden\r\n")]
    public async Task Mcp_call_is_answered_with_an_error_of_its_own(string fields, string status)
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync(GuardRig.Post("/mcp", GuardRig.Call("shell.exec"), fields));
        var (head, body) = await rig.AnswerAsync();

        Assert.StartsWith(status + "Content-Type: application/json\r\n", head, StringComparison.Ordinal);
        Assert.Equal(RpcError, body);
        Assert.False(rig.Upstream.IsPending);
        await rig.AssertUsableAsync();
        rig.Agent.Dispose();
        await rig.Sidecar.StopAsync();
        var exchange = (await Recorded.ExchangesAsync(rig.Sidecar))[0];
        Assert.Equal("refused", exchange.Request!.Cut);
        Assert.Equal(GuardRig.Call("shell.exec"), await Recorded.BodyAsync(exchange.Request)); // what was attempted is evidence
        Assert.Single(await Recorded.RecordsAsync(rig.Sidecar), record => record.Kind == "guard.denied" && record.Text("rule") == "no-shell");
        await Recorded.AssertSoundAsync(rig.Sidecar);
    }

    [Fact]
    public async Task Batch_is_answered_for_each_of_its_requests()
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync(GuardRig.Post("/mcp", $$"""[{{GuardRig.Call("read", "\"a\"")}},{"jsonrpc":"2.0","method":"notifications/initialized"},{{GuardRig.Call("shell.exec", "2")}}]""", Stream));

        Assert.Equal($"[{RpcError.Replace("\"id\":1", "\"id\":\"a\"", StringComparison.Ordinal)},{RpcError.Replace("\"id\":1", "\"id\":2", StringComparison.Ordinal)}]", (await rig.AnswerAsync()).Body);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"tools":[{"type":"function","function":{"name":"shell.exec"}}]}""")]
    [InlineData("/v1/messages", """{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"SHELL.exec","input":{}}]}]}""")]
    [InlineData("/anything", """{"tools":[{"name":"bash"}]}""")]
    public async Task Model_call_that_speaks_of_the_tool_is_denied(string path, string body)
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync(GuardRig.Post(path, body));

        Assert.StartsWith("HTTP/1.1 403 ", (await rig.AnswerAsync()).Head, StringComparison.Ordinal);
        Assert.False(rig.Upstream.IsPending);
    }

    public static TheoryData<string, byte[], string> Disguises => new()
    {
        { "Content-Type: text/plain\r\n", Bytes(GuardRig.Call("shell.exec")), "" },
        { "", Bytes("\r\n\t " + GuardRig.Call("shell.exec")), "" },
        { "Content-Type: application/json\r\n", [0xef, 0xbb, 0xbf, .. Bytes(GuardRig.Call("shell.exec"))], "" },
        { "Content-Type: application/json\r\n", Bytes(GuardRig.Call("\\u0073hell.exec")), "" },
        { "", Encoding.Unicode.GetBytes(GuardRig.Call("shell.exec")), "" },
        { "", [0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes(GuardRig.Call("shell.exec"))], "" },
        { "", Encoding.UTF32.GetBytes(GuardRig.Call("shell.exec")), "" },
        { "Content-Type: application/grpc\r\n", Bytes(GuardRig.Call("shell.exec")), "" },
        { "Content-Type: application/grpc\r\n", Encoding.BigEndianUnicode.GetBytes(GuardRig.Call("shell.exec")), "" },
        { "Content-Encoding: gzip\r\n", Gzip(GuardRig.Call("shell.exec")), "" },
        { "Content-Encoding: gzip\r\n", Bytes(GuardRig.Call("shell.exec")), "" },
        { "Content-Encoding: identity\r\nMcp-Name: shell.exec\r\nMcp-Method: tools/call\r\n", Bytes(GuardRig.Call("read")), "" },
        { "Mcp-Name: =?base64?c2hlbGwuZXhlYw==?=\r\n", Bytes(GuardRig.Call("read")), "" },
        { "Content-Encoding: zstd\r\n", Bytes("x"), ": its body has a content coding that cannot be undone, so it cannot be searched for tools" },
        { "Content-Encoding: gzip, gzip\r\n", Bytes("x"), ": its body has a content coding that cannot be undone, so it cannot be searched for tools" },
        { "Content-Encoding: deflate\r\n", Bytes("xx"), ": its body has a content coding that cannot be undone, so it cannot be searched for tools" },
        { "Content-Type: application/json; charset=ibm037\r\n", Bytes("x"), ": its body is in a character set that is not read, so it cannot be searched for tools" },
        { "Content-Type: application/json\r\n", Bytes("{'tools':[]}"), ": its body cannot be read as JSON, so it cannot be searched for tools" },
        { "", Bytes("{\"a\":"), ": its body cannot be read as JSON, so it cannot be searched for tools" },
        { "Connection: upgrade\r\nUpgrade: other\r\n", Bytes("x"), null! },
    };

    [Theory]
    [MemberData(nameof(Disguises))]
    public async Task Disguise_does_not_help(string fields, byte[] body, string reason)
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync($"POST /mcp HTTP/1.1\r\nHost: h\r\n{fields}Content-Length: {body.Length}\r\n\r\n{Encoding.Latin1.GetString(body)}");
        var head = await rig.Agent.ReadUntilAsync("\r\n\r\n");

        Assert.False(rig.Upstream.IsPending);
        if (reason is null)
            return; // refused before there is anything to guard
        if (head.Contains("application/grpc", StringComparison.Ordinal))
            Assert.Contains("\r\ngrpc-status: 7\r\n", head, StringComparison.Ordinal);
        else
            Assert.Contains("denied by rule no-shell of the policy" + reason, await rig.Agent.ReadUntilAsync("policy" + reason), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Type: application/json\r\n", """{"tools":[{"name":"read"}],"messages":[{"role":"user","content":"run shell.exec and bash"}]}""")]
    [InlineData("Content-Type: application/json\r\n", "7")]
    [InlineData("Content-Type: multipart/form-data; boundary=a\r\n", "--a\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{\"tools\":\r\n--a--\r\n")]
    [InlineData("Content-Type: application/x-www-form-urlencoded\r\n", "a=b&tools=bash")]
    [InlineData("Content-Type: application/grpc\r\n", "\0\0\0\0\u0005hello")]
    [InlineData("", "")]
    [InlineData("Content-Type: application/octet-stream\r\n", "\u0089PNG\r\n")]
    public async Task Body_without_the_tool_goes_on_byte_for_byte(string fields, string body)
    {
        await using var rig = await GuardRig.StartAsync();
        var request = $"POST /x HTTP/1.1\r\nHost: h\r\n{fields}Content-Length: {body.Length}\r\n\r\n{body}";
        await rig.Agent.SendAsync(request);
        using var target = await rig.Upstream.AcceptAsync();

        Assert.Equal(request, await target.ReadAsync(request.Length));
    }

    [Fact]
    public async Task Body_in_single_bytes_is_held_to_its_end_and_goes_on_as_it_was_framed()
    {
        const string Request = "POST /mcp HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
        const string Body = "02\r\n{\"\r\n4\r\na\":1\r\n0001\r\n}\r\n0\r\nX-Sum: 1\r\n\r\n";
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync(Request);
        foreach (var one in Body[..^1])
            await rig.Agent.SendAsync(one.ToString());
        Assert.False(rig.Upstream.IsPending);
        await rig.Agent.SendAsync(Body[^1..]);
        using var target = await rig.Upstream.AcceptAsync();

        Assert.Equal(Request + Body, await target.ReadAsync(Request.Length + Body.Length));
        await target.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        await rig.Agent.ReadUntilAsync("\r\n\r\n");
        rig.Agent.Dispose();
        await rig.Sidecar.StopAsync();
        Assert.Equal("{\"a\":1}", await Recorded.BodyAsync(Assert.Single(await Recorded.ExchangesAsync(rig.Sidecar)).Request!));
        await Recorded.AssertSoundAsync(rig.Sidecar);
    }

    [Fact]
    public async Task Denied_body_in_single_bytes_leaves_the_connection_good()
    {
        await using var rig = await GuardRig.StartAsync();
        foreach (var one in GuardRig.Post("/mcp", GuardRig.Call("shell.exec"), Stream))
            await rig.Agent.SendAsync(one.ToString());

        Assert.Equal(RpcError, (await rig.AnswerAsync()).Body);
        await rig.AssertUsableAsync();
    }

    [Fact]
    public async Task Large_body_goes_on_whole_and_a_larger_one_is_denied()
    {
        await using var rig = await GuardRig.StartAsync();
        var body = $$"""{"a":"{{new string('x', 5 << 20)}}"}""";
        var sending = rig.Agent.SendAsync(GuardRig.Post("/x", body));
        using (var target = await rig.Upstream.AcceptAsync())
        {
            await sending;
            await target.ReadUntilAsync("\r\n\r\n");
            Assert.Equal(body, await target.ReadAsync(body.Length));
            await target.SendAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            await rig.Agent.ReadUntilAsync("\r\n\r\n");
        }
        using var second = await RawConnection.ToAsync(rig.Sidecar.Port);
        await second.SendAsync($"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: {17 << 20}\r\n\r\n{{\"a\":\"{new string('x', (17 << 20) - 8)}\"}}");
        Assert.StartsWith("HTTP/1.1 403 ", await second.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("k8srecorder: denied by rule no-shell of the policy: its body is larger than 16 MiB, so it cannot be searched for tools\n", await second.ReadUntilAsync("\n"));
        await second.SendAsync("GET /v1/fine_tuning/x HTTP/1.1\r\nHost: h\r\nX-HTTP-Method-Override: POST\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 403 ", await second.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal); // still in step
        Assert.False(rig.Upstream.IsPending);
    }

    [Fact]
    public async Task Agent_that_waits_for_leave_gets_it_where_its_body_is_held()
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await rig.Agent.ReadUntilAsync("\r\n\r\n"));
        await rig.Agent.SendAsync("{}");
        using var target = await rig.Upstream.AcceptAsync();

        Assert.EndsWith("\r\n\r\n{}", await target.ReadUntilAsync("{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_that_leaves_within_a_held_body_reaches_nobody()
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n{\"a\":");
        rig.Agent.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await rig.Agent.ReadToEndAsync();
        rig.Agent.Dispose();
        await rig.Sidecar.StopAsync();

        Assert.False(rig.Upstream.IsPending);
        Assert.Equal("clientAborted", Assert.Single(await Recorded.ExchangesAsync(rig.Sidecar)).Request!.Cut);
        await Recorded.AssertSoundAsync(rig.Sidecar);
    }

    [Fact]
    public async Task Body_that_breaks_its_framing_while_it_is_held_is_refused()
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n");
        await rig.Agent.SendAsync("-1\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await rig.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.False(rig.Upstream.IsPending);
    }

    [Fact]
    public async Task WebSocket_is_denied_because_nobody_searches_it()
    {
        await using var rig = await GuardRig.StartAsync();
        await rig.Agent.SendAsync(
            "GET /v1/realtime HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        var (head, body) = await rig.AnswerAsync();

        Assert.DoesNotContain("\r\nConnection: close\r\n", head, StringComparison.Ordinal);
        Assert.Equal("k8srecorder: denied by rule no-shell of the policy: an upgraded connection cannot be searched for tools\n", body);
        Assert.False(rig.Upstream.IsPending);
        await rig.AssertUsableAsync();
    }

    [Fact]
    public async Task Rule_with_a_path_searches_only_what_goes_there()
    {
        await using var rig = await GuardRig.StartAsync(new GuardRuleSpec { Name = "a", Deny = new GuardDenySpec { Path = ["/mcp"], Tool = ["*"] } });
        await rig.Agent.SendAsync(GuardRig.Post("/mcp/", GuardRig.Call("x"), Stream));
        Assert.Contains("-32010", (await rig.AnswerAsync()).Body, StringComparison.Ordinal);
        var request = GuardRig.Post("/other", GuardRig.Call("x"));
        await rig.Agent.SendAsync(request);
        using var target = await rig.Upstream.AcceptAsync();

        Assert.Equal(request, await target.ReadAsync(request.Length));
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Bytes(text));
        return packed.ToArray();
    }
}
