namespace K8sRecorder.Sidecar.Tests.Http;

/// <summary>Messages that two readers could take for two things, over a socket: what each is answered, and that nothing of it goes on.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: h\n\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nA: b\0\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400)]
    [InlineData("GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
    [InlineData("GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505)]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\n\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\nhello", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;a\nb\r\na\r\n0\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n folded\r\n\r\n", 400)]
    public async Task Ambiguous_request_is_refused_in_words_and_the_connection_ends(string request, int status)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(request + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", await agent.ReadUntilAsync("\r\n"), StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("k8srecorder: ", await agent.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.False(upstream.IsPending);
    }

    [Fact]
    public async Task Head_without_end_is_refused_while_it_comes()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 1001)));

        Assert.StartsWith("HTTP/1.1 431 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_breaks_its_framing_on_the_way_is_refused_and_cut_at_the_target()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("abc\r\n");
        await agent.SendAsync("-1\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("", await target.ReadToEndAsync());
        agent.Dispose();
        await sidecar.StopAsync();
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal(("clientAborted", "recorder"), (exchange.Request!.Cut, exchange.Response!.Origin));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA : b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5x\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    public async Task Ambiguous_answer_is_not_passed_on(string answer)
    {
        await using var pair = await ExchangePair.StartAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        await pair.Target.SendAsync(answer);

        Assert.StartsWith("HTTP/1.1 502 ", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("k8srecorder: the target's answer broke off or was not HTTP\n", await pair.Agent.ReadUntilAsync("\n"));
    }
}
