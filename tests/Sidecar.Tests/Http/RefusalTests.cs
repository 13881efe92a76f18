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
        var words = await agent.ReadToEndAsync();
        Assert.StartsWith("k8srecorder: ", words, StringComparison.Ordinal);
        Assert.False(upstream.IsPending);
        agent.Dispose();
        await sidecar.StopAsync();
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Contains(exchange.Request!.Cut, new[] { "refused", "clientAborted" });
        Assert.Equal((status, "recorder", $"k8srecorder: {exchange.Response!.Error}\n"), (exchange.Response.Status, exchange.Response.Origin, words));
        await exchange.Request.ReadHeadAsync(CancellationToken.None);
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Theory]
    [InlineData("GET /%s HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\nX-Key : %s\r\n\r\n", "GET", "GET /[MASKED:anthropic-key] HTTP/1.1\nHost: h\nAuthorization: [MASKED:anthropic-key]\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nCookie: %s\r\nTransfer-Encoding: %s\r\n\r\n", "GET", null)]
    [InlineData("GET /x?k=%s HTTP/%s\r\nX-Key: %s\r\n\r\n", "OTHER", "")]
    [InlineData("%s", "OTHER", "")]
    public async Task Refused_request_is_recorded_masked_as_far_as_it_could_be_read(string request, string method, string? head)
    {
        const string Secret = "sk-ant-refused-Zq8vN2kLx7RtY4uWc9Pb3MdHf6Gj1Ks5";
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(request.Replace("%s", Secret, StringComparison.Ordinal) + "\n\n");
        await agent.ReadToEndAsync();
        agent.Dispose();
        await sidecar.StopAsync();

        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal((method, "refused"), (exchange.Request!.Method, exchange.Request.Cut));
        var record = exchange.Request.Records[0];
        var text = record.Content("head") is { } content ? (await record.Session.ReadAsync(content, CancellationToken.None)).ToString() : "";
        Assert.True(head is null || head == text, text);
        Assert.DoesNotContain("refused-Zq8v", Recorded.EverythingStored(sidecar), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_request_costs_the_index_nothing_of_the_one_before()
    {
        await using var pair = await ExchangePair.StartAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await pair.Agent.ReadUntilAsync("ok");
        await pair.NextAsync("GET /y HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        await pair.Agent.ReadUntilAsync("\r\n\r\n");
        await pair.Agent.SendAsync("GET /z\r\n\r\n");
        await pair.Agent.ReadToEndAsync();
        await pair.Sidecar.StopAsync();

        var rows = Recorded.EverythingStored(pair.Sidecar).Split('\n').Where(line => line.Contains("\"protocol\":\"HTTP\"", StringComparison.Ordinal)).ToList();
        Assert.Equal([true, false, false], rows.Select(row => row.Contains("\"in\":5", StringComparison.Ordinal)));
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
    [InlineData("", "00000000", 400)]
    [InlineData("0\r\n", "t: v\r\n", 431)]
    [InlineData("0\r\nt: ", "vvvvvvvv", 431)]
    public async Task Framing_without_end_is_refused_while_it_comes(string start, string block, int status)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + start);
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("\r\n\r\n");
        await agent.SendAsync(string.Concat(Enumerable.Repeat(block, 8192)));

        Assert.StartsWith($"HTTP/1.1 {status} ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_breaks_its_framing_after_the_answer_began_is_the_agents_fault()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("abc\r\n");
        await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel");
        await agent.ReadUntilAsync("hel");
        await agent.SendAsync("-1\r\n");

        Assert.Equal("", await target.ReadToEndAsync());
        await sidecar.StopAsync();
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal(("clientAborted", "clientAborted"), (exchange.Request!.Cut, exchange.Response!.Cut));
    }

    [Fact]
    public async Task Large_heads_that_do_not_end_are_bounded_together()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        var agents = new List<RawConnection>();
        try
        {
            var head = "GET / HTTP/1.1\r\nHost: h\r\nA: " + new string('a', 250 << 10);
            var answered = 0;
            while (answered == 0 && agents.Count < 200)
            {
                agents.Add(await RawConnection.ToAsync(sidecar.Port));
                await agents[^1].SendAsync(head);
                answered = agents.Count(agent => agent.Socket.Available > 0);
            }
            for (var i = 0; i < 100_000 && answered == 0; i++)
            {
                await Task.Yield();
                answered = agents.Count(agent => agent.Socket.Available > 0);
            }

            Assert.NotEqual(0, answered);
            var refused = agents.First(agent => agent.Socket.Available > 0);
            Assert.StartsWith("HTTP/1.1 503 ", await refused.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
            Assert.Equal("k8srecorder: too many large heads are on their way\n", await refused.ReadUntilAsync("\n"));
        }
        finally
        {
            agents.ForEach(agent => agent.Dispose());
        }
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
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    public async Task Ambiguous_answer_is_not_passed_on(string answer)
    {
        await using var pair = await ExchangePair.StartAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        await pair.Target.SendAsync(answer);

        Assert.StartsWith("HTTP/1.1 502 ", await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("k8srecorder: the target's answer broke off or was not HTTP\n", await pair.Agent.ReadUntilAsync("\n"));
    }
}
