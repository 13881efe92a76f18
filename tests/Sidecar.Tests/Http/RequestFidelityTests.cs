using K8sRecorder.Policy.Model;

namespace K8sRecorder.Sidecar.Tests.Http;

/// <summary>What of a request reaches the target: everything, but for what docs/fidelity.md lists.</summary>
public sealed class RequestFidelityTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/models/gpt%3Aturbo")]
    [InlineData("/a/../b/./c")]
    [InlineData("//double//slash/")]
    [InlineData("/%7Euser/~user/%2e%2E/%41")]
    [InlineData("/p?q=a%20b+c&x=%3A:&empty=&&flag")]
    [InlineData("/p?a=/../b#not-a-fragment")]
    [InlineData("/p;v=1/%zz/[x]/{y}|\\^`\"<>")]
    [InlineData("/?")]
    public async Task Request_target_arrives_as_it_was_sent(string target)
    {
        var head = await RequestHeadAsync($"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.StartsWith($"GET {target} HTTP/1.1\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Absolute_form_arrives_without_its_authority()
    {
        var head = await RequestHeadAsync("GET http://elsewhere:1/x/%7e?y=%3a HTTP/1.1\r\nHost: elsewhere:1\r\n\r\n");

        Assert.StartsWith("GET /x/%7e?y=%3a HTTP/1.1\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_arrive_with_nothing_added_and_nothing_removed_but_hop_by_hop()
    {
        var head = await RequestHeadAsync(
            "GET /x HTTP/1.1\r\nHost: agent.example:8080\r\nAccept: */*\r\nX-Lower-and-UPPER: v1\r\nx-empty:\r\n"
            + "User-Agent: a/1  (two  spaces) b\r\nConnection: X-Mine\r\nX-Mine: gone\r\nKeep-Alive: timeout=5\r\n"
            + "Proxy-Connection: keep-alive\r\nUpgrade-Insecure-Requests: 1\r\nVia: 1.1 other\r\nX-Forwarded-For: 10.0.0.1\r\n"
            + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nTE: trailers\r\nProxy-Authorization: Basic eA==\r\n"
            + "Alt-Svc: clear\r\nContent-Type: text/odd; x=\"y\"\r\nAccept-Encoding: gzip,deflate;q=0.5\r\nCookie: a=b; c=d\r\n\r\n");

        Assert.Equal(
            Lines(
                "Accept: */*", "Accept-Encoding: gzip,deflate;q=0.5", "Alt-Svc: clear", "Content-Length: 0", "Content-Type: text/odd; x=\"y\"",
                "Cookie: a=b; c=d", "Host: agent.example:8080", "Proxy-Authorization: Basic eA==", "TE: trailers",
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Upgrade-Insecure-Requests: 1",
                "User-Agent: a/1  (two  spaces) b", "Via: 1.1 other", "x-empty: ", "X-Forwarded-For: 10.0.0.1", "X-Lower-and-UPPER: v1"),
            FieldsOf(head));
    }

    [Fact]
    public async Task Bodyless_request_arrives_without_framing()
    {
        var head = await RequestHeadAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.Equal(["Host: h"], FieldsOf(head));
    }

    [Fact]
    public async Task Repeated_fields_arrive_as_one_line_in_order()
    {
        var head = await RequestHeadAsync("GET /x HTTP/1.1\r\nHost: h\r\nX-Two: a\r\nX-Two: b\r\nAccept: x/1\r\nAccept: x/2\r\n\r\n");

        Assert.Equal(Lines("Accept: x/1, x/2", "Host: h", "X-Two: a, b"), FieldsOf(head));
    }

    [Fact]
    public async Task Field_values_beyond_ascii_arrive_byte_for_byte()
    {
        var head = await RequestHeadAsync("GET /x HTTP/1.1\r\nHost: h\r\nX-Utf8: gr\u00c3\u00bc\u00c3\u009f\r\nX-Latin: gr\u00fc\u00df\u0080\u00ff\r\n\r\n");

        Assert.Equal(Lines("Host: h", "X-Latin: gr\u00fc\u00df\u0080\u00ff", "X-Utf8: gr\u00c3\u00bc\u00c3\u009f"), FieldsOf(head));
    }

    [Fact]
    public async Task Host_is_the_targets_where_the_policy_says_so()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, host: UpstreamHostMode.Upstream);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("GET /x HTTP/1.1\r\nHost: agent.example\r\n\r\n");
        using var target = await upstream.AcceptAsync();

        Assert.Equal([$"Host: 127.0.0.1:{upstream.Port}"], FieldsOf(await target.ReadUntilAsync("\r\n\r\n")));
        await target.SendAsync(Ok);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PROPFIND")]
    [InlineData("x-Own_method")]
    [InlineData("DELETE")]
    public async Task Method_and_body_arrive_unchanged(string method)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync($"{method} /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\na\0\u00ffcd");
        using var target = await upstream.AcceptAsync();

        var head = await target.ReadUntilAsync("\r\n\r\n");
        Assert.StartsWith($"{method} /x HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Equal(Lines("Content-Length: 5", "Host: h"), FieldsOf(head));
        Assert.Equal("a\0\u00ffcd", await target.ReadAsync(5));
        await target.SendAsync(Ok);
        await agent.ReadUntilAsync("\r\n\r\n");
    }

    [Fact]
    public async Task Chunked_body_streams_while_it_is_sent()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n");
        using var target = await upstream.AcceptAsync();

        Assert.Equal(Lines("Host: h", "Transfer-Encoding: chunked"), FieldsOf(await target.ReadUntilAsync("\r\n\r\n")));
        Assert.Equal("3\r\nabc\r\n", await target.ReadUntilAsync("abc\r\n"));
        await agent.SendAsync("2\r\nde\r\n");
        Assert.Equal("2\r\nde\r\n", await target.ReadUntilAsync("de\r\n"));
        await agent.SendAsync("0\r\n\r\n");
        Assert.Equal("0\r\n\r\n", await target.ReadUntilAsync("0\r\n\r\n"));
        await target.SendAsync(Ok);
        await agent.ReadUntilAsync("\r\n\r\n");
    }

    [Fact]
    public async Task Expect_100_continue_is_the_targets_to_answer()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        using var target = await upstream.AcceptAsync();

        Assert.Contains("Expect: 100-continue\r\n", await target.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, agent.Socket.Available);
        await target.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await agent.ReadUntilAsync("\r\n\r\n"));
        await agent.SendAsync("ok");
        Assert.Equal("ok", await target.ReadAsync(2));
        await target.SendAsync(Ok);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expect_100_continue_that_is_refused_leaves_the_body_unsent()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n");
        using var target = await upstream.AcceptAsync();

        await target.ReadUntilAsync("\r\n\r\n");
        await target.SendAsync("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 417 No\r\n", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    private static string[] Lines(params string[] lines) => [.. lines.Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The field lines of a head, sorted: their order is on the list.</summary>
    private static string[] FieldsOf(string head) => Lines(head.TrimEnd('\r', '\n').Split("\r\n")[1..]);

    private static async Task<string> RequestHeadAsync(string request)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(request);
        using var target = await upstream.AcceptAsync();
        var head = await target.ReadUntilAsync("\r\n\r\n");
        await target.SendAsync(Ok);
        await agent.ReadUntilAsync("\r\n\r\n");
        return head;
    }
}
