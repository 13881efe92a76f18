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
            "GET /x HTTP/1.1\r\nHost: agent.example:8080\r\nAccept: */*\r\nX-Lower-and-UPPER: v1\r\nx-empty:\r\n"
            + "User-Agent: a/1  (two  spaces) b\r\nUpgrade-Insecure-Requests: 1\r\nVia: 1.1 other\r\nX-Forwarded-For: 10.0.0.1\r\n"
            + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nTE: trailers\r\nProxy-Authorization: Basic eA==\r\n"
            + "Alt-Svc: clear\r\nContent-Type: text/odd; x=\"y\"\r\nAccept-Encoding: gzip,deflate;q=0.5\r\nCookie: a=b; c=d\r\n\r\n",
            head);
    }

    [Theory]
    [InlineData("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("get /x HTTP/1.1\r\nhOsT:h\r\n\r\n")]
    [InlineData("GET /x HTTP/1.0\r\n\r\n")]
    [InlineData("PURGE /x HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nX-Two: a\r\nHost: h\r\nX-Two: b\r\nAccept: x/1\r\naccept: x/2\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: h\r\nA:no\r\nB:   some  \r\nC: \ttab\t\r\nD:\r\nE: \r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: h\r\nX-Utf8: gr\u00c3\u00bc\u00c3\u009f\r\nX-Latin: gr\u00fc\u00df\u0080\u00ff\r\n\r\n")]
    [InlineData("GET /gr\u00fcn%00 HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: h\r\nconnection: Close\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")]
    public async Task Head_arrives_byte_for_byte(string request) => Assert.Equal(request, await RequestHeadAsync(request));

    [Theory]
    [InlineData("Connection: keep-alive, X-Mine\r\nX-Mine: gone\r\n", "")]
    [InlineData("Connection: close\r\nConnection: X-Mine\r\nx-mine: gone\r\n", "Connection: close\r\n")]
    [InlineData("X-Mine: gone\r\nConnection: , x-MINE ,,\r\n", "")]
    [InlineData("Connection: Host, Content-Length, Transfer-Encoding\r\nContent-Length: 0\r\n", "Content-Length: 0\r\n")]
    public async Task Fields_that_connection_names_end_here(string fields, string expected) =>
        Assert.Equal($"GET /x HTTP/1.1\r\nHost: h\r\n{expected}\r\n", await RequestHeadAsync($"GET /x HTTP/1.1\r\nHost: h\r\n{fields}\r\n"));

    [Fact]
    public async Task Host_is_the_targets_where_the_policy_says_so()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, host: UpstreamHostMode.Upstream);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("GET /x HTTP/1.1\r\nA: b\r\nhost:  agent.example\r\nC: d\r\n\r\n");
        using var target = await upstream.AcceptAsync();

        Assert.Equal($"GET /x HTTP/1.1\r\nA: b\r\nhost: 127.0.0.1:{upstream.Port}\r\nC: d\r\n\r\n", await target.ReadUntilAsync("\r\n\r\n"));
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
        Assert.Equal($"{method} /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n", head);
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
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n003\r\nabc\r\n");
        using var target = await upstream.AcceptAsync();

        Assert.EndsWith("\r\nTransfer-Encoding: chunked\r\n\r\n", await target.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("003\r\nabc\r\n", await target.ReadUntilAsync("abc\r\n"));
        await agent.SendAsync("A\r\n0123456789\r\n");
        Assert.Equal("A\r\n0123456789\r\n", await target.ReadUntilAsync("89\r\n"));
        await agent.SendAsync("0\r\nX-Sum: 42\r\nx-late:\r\n\r\n");
        Assert.Equal("0\r\nX-Sum: 42\r\nx-late:\r\n\r\n", await target.ReadUntilAsync("\r\n\r\n"));
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
