namespace K8sRecorder.Sidecar.Tests.Http;

/// <summary>What of a response reaches the agent: everything, but for what docs/fidelity.md lists.</summary>
public sealed class ResponseFidelityTests
{
    [Fact]
    public async Task Fields_arrive_with_nothing_added_and_nothing_removed_but_hop_by_hop()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync(
            "HTTP/1.1 200 Fine Thanks\r\nserver: odd/1\r\nContent-Type: text/odd\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nX-Two: a\r\nX-Two: b\r\n"
            + "Connection: keep-alive, X-Mine\r\nX-Mine: gone\r\nKeep-Alive: timeout=5\r\nX-Latin: gr\u00fc\u00df\r\nX-Utf8: gr\u00c3\u00bc\r\nx-empty:\r\n"
            + "x-ratelimit-remaining: 12\r\nAlt-Svc: h3=\":443\"\r\nVary: a,b\r\nContent-Length: 2\r\n\r\nok");

        Assert.Equal(
            "HTTP/1.1 200 Fine Thanks\r\nserver: odd/1\r\nContent-Type: text/odd\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nX-Two: a\r\nX-Two: b\r\n"
            + "X-Latin: gr\u00fc\u00df\r\nX-Utf8: gr\u00c3\u00bc\r\nx-empty:\r\nx-ratelimit-remaining: 12\r\nAlt-Svc: h3=\":443\"\r\nVary: a,b\r\n"
            + "Content-Length: 2\r\n\r\n",
            await pair.Agent.ReadUntilAsync("\r\n\r\n"));
        Assert.Equal("ok", await pair.Agent.ReadAsync(2));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 299\r\nCONTENT-length:0\r\nDate: Fri, 01 Jan 2021 00:00:00 GMT\r\nConnection: keep-alive\r\nX:  y \r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    public async Task Head_arrives_byte_for_byte(string head)
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync(head);

        Assert.Equal(head, await pair.Agent.ReadUntilAsync("\r\n\r\n"));
    }

    [Fact]
    public async Task Head_arrives_before_any_byte_of_the_body()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");

        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_arrive_one_by_one_as_they_are_sent()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        await pair.Agent.ReadUntilAsync("\r\n\r\n");
        for (var i = 0; i < 5; i++)
        {
            await pair.Target.SendAsync($"9\r\ndata: {i}\n\n\r\n");
            Assert.Equal($"9\r\ndata: {i}\n\n\r\n", await pair.Agent.ReadAsync(14));
        }
        await pair.Target.SendAsync("0\r\n\r\n");
        Assert.Equal("0\r\n\r\n", await pair.Agent.ReadAsync(5));
    }

    [Fact]
    public async Task Trailers_arrive_behind_the_body()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\nTE: trailers\r\n\r\n");
        await pair.Target.SendAsync(
            "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 42\r\nx-late: \u00fc\r\n\r\n");

        Assert.Contains("\r\nTrailer: X-Sum\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("3\r\nabc\r\n0\r\nX-Sum: 42\r\nx-late: \u00fc\r\n\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"));
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 1234\r\n\r\n")]
    public async Task Answer_without_a_body_arrives_and_the_connection_stays(string answer)
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync(answer);

        var head = await pair.Agent.ReadUntilAsync("\r\n\r\n");
        Assert.Equal(answer.Contains("Content-Length", StringComparison.Ordinal), head.Contains("\r\nContent-Length: 1234\r\n", StringComparison.Ordinal));
        await pair.NextAsync("GET /y HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.EndsWith("\r\n\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("ok", await pair.Agent.ReadAsync(2));
    }

    [Fact]
    public async Task Head_request_keeps_the_length_of_what_was_not_sent()
    {
        await using var pair = await ExchangePair.StartAsync("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4711\r\nContent-Encoding: gzip\r\n\r\n");

        Assert.Contains("\r\nContent-Length: 4711\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await pair.NextAsync("GET /y HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    public async Task Body_that_ends_with_the_connection_ends_with_the_connection(string head)
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync(head + "\r\nold");
        pair.Target.Dispose();

        Assert.Equal(head + "Connection: close\r\n\r\nold", await pair.Agent.ReadToEndAsync());
    }

    [Fact]
    public async Task Http_1_0_request_and_its_answer_pass_as_they_are()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        using var target = await upstream.AcceptAsync();

        Assert.Equal("GET /x HTTP/1.0\r\n\r\n", await target.ReadUntilAsync("\r\n\r\n"));
        await target.SendAsync("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc", await agent.ReadToEndAsync());
        Assert.Equal("", await target.ReadToEndAsync());
    }

    [Fact]
    public async Task Coded_body_arrives_byte_for_byte()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\n\u001f\u008bnotgz!");

        Assert.Contains("\r\nContent-Encoding: gzip\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("\u001f\u008bnotgz!", await pair.Agent.ReadAsync(8));
    }

    [Fact]
    public async Task Redirect_and_challenge_are_the_agents_to_follow()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");

        Assert.Contains("\r\nLocation: http://elsewhere/\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }
}
