namespace K8sRecorder.Sidecar.Tests.Http;

/// <summary>A target that answers before it has the whole request: the rest still arrives, and the connections stay, or all ends in time.</summary>
public sealed class EarlyAnswerTests
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

    [Theory]
    [InlineData("Content-Length: 13", "3\r\nabc\r\n", "later")]
    [InlineData("Transfer-Encoding: chunked", "3\r\nabc\r\n", "5\r\nlater\r\n0\r\n\r\n")]
    public async Task Request_goes_on_after_an_early_answer_and_both_connections_stay(string framing, string begin, string rest)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync($"POST /x HTTP/1.1\r\nHost: h\r\n{framing}\r\n\r\n{begin}");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync(begin);
        await target.SendAsync("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno");
        Assert.Equal("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno", await agent.ReadUntilAsync("no"));

        await agent.SendAsync(rest);
        Assert.Equal(rest, await target.ReadAsync(rest.Length));
        await agent.SendAsync(Get);
        Assert.Equal(Get, await target.ReadAsync(Get.Length));
        await target.SendAsync("HTTP/1.1 204 Fine\r\n\r\n");
        await agent.ReadUntilAsync("\r\n\r\n");

        await sidecar.StopAsync();
        var exchanges = await Recorded.ExchangesAsync(sidecar);
        Assert.Equal(2, exchanges.Count);
        Assert.All(exchanges, exchange => Assert.Null(exchange.Request!.Cut ?? exchange.Response!.Cut));
        Assert.EndsWith("later", await Recorded.BodyAsync(exchanges[0].Request!), StringComparison.Ordinal);
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Large_request_goes_on_after_an_early_answer()
    {
        var body = new string('b', 3_000_000);
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync($"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: {body.Length}\r\n\r\n");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("\r\n\r\n");
        await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await agent.ReadUntilAsync("ok");

        var sending = agent.SendAsync(body);
        Assert.Equal(body, await target.ReadAsync(body.Length));
        await sending;
        await sidecar.StopAsync();
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal((null, null, body.Length), (exchange.Request!.Cut, exchange.Response!.Cut, (await Recorded.BodyAsync(exchange.Request!)).Length));
    }

    [Theory]
    [InlineData("Content-Length: 1000000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Early_answer_of_a_target_that_closes_reaches_the_agent_and_ends_both_connections(string framing)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync($"POST /x HTTP/1.1\r\nHost: h\r\n{framing}\r\n\r\n3\r\nabc\r\n");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("abc\r\n");
        await target.SendAsync("HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");

        Assert.Equal("HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno", await agent.ReadUntilAsync("no"));
        Assert.Equal("", await target.ReadToEndAsync());
        await agent.SendAsync("5\r\nnever\r\n"); // read and thrown away, so that the answer is not lost to a reset
        Assert.Equal("", await agent.ReadToEndAsync());
        agent.Dispose();
        await sidecar.StopAsync();
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal(("targetAnswered", null), (exchange.Request!.Cut, exchange.Response!.Cut));
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Request_that_stands_still_after_an_early_answer_is_given_up()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("abc");
        await target.SendAsync("HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno");

        Assert.Equal("HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno", await agent.ReadToEndAsync());
        Assert.Equal("", await target.ReadToEndAsync());
        agent.Dispose();
        await sidecar.StopAsync();
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal(("targetAnswered", null), (exchange.Request!.Cut, exchange.Response!.Cut));
    }
}
