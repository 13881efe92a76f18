using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Sidecar.Tests.Http;

/// <summary>How messages follow each other on the two connections: reuse, order, both directions at once, and their ends.</summary>
public sealed class RelayTests
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task Requests_sent_ahead_are_answered_in_order_and_asked_one_at_a_time()
    {
        await using var pair = await ExchangePair.StartAsync(
            "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\nHost: h\r\n\r\nGET /4 HT");

        Assert.Equal(0, pair.Target.Socket.Available);
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        Assert.StartsWith("POST /2 ", await pair.Target.ReadUntilAsync("abc"), StringComparison.Ordinal);
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
        Assert.StartsWith("GET /3 ", await pair.Target.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3");
        await pair.Agent.SendAsync("TP/1.1\r\nHost: h\r\n\r\n");
        Assert.StartsWith("GET /4 ", await pair.Target.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n4");
        foreach (var answer in "1234")
        {
            await pair.Agent.ReadUntilAsync("\r\n\r\n");
            Assert.Equal(answer.ToString(), await pair.Agent.ReadAsync(1));
        }
        await pair.Sidecar.StopAsync();
        Assert.Equal(4, (await Recorded.ExchangesAsync(pair.Sidecar)).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Message_in_crumbs_arrives_as_one_in_a_piece(int size)
    {
        const string Request = "POST /x HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, x\r\nTransfer-Encoding: chunked\r\n\r\n003\r\nabc\r\n0a\r\n0123456789\r\n0\r\nt: v\r\n\r\n";
        const string Answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4 ;f\r\nwxyz\r\n00\r\nu: w\r\n\r\n";
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await SendInCrumbsAsync(agent, Request, size);
        using var target = await upstream.AcceptAsync();

        var forwarded = Request.Replace("Connection: keep-alive, x\r\n", "", StringComparison.Ordinal);
        Assert.Equal(forwarded, await target.ReadAsync(forwarded.Length));
        await SendInCrumbsAsync(target, Answer, size);
        Assert.Equal(Answer, await agent.ReadAsync(Answer.Length));
        await sidecar.StopAsync();
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal(("abc0123456789", "wxyz"), (await Recorded.BodyAsync(exchange.Request!), await Recorded.BodyAsync(exchange.Response!)));
        Assert.Equal("t: v\n", (await exchange.Request!.Records[^1].Session.ReadAsync(exchange.Request.Records[^1].Content("trailers")!, CancellationToken.None)).ToString());
        Assert.Equal(100, Assert.Single(exchange.Interim).Status);
    }

    [Fact]
    public async Task Both_directions_stream_at_the_same_time()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("\r\n\r\n");
        await target.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", await agent.ReadUntilAsync("\r\n\r\n"));
        for (var i = 0; i < 5; i++)
        {
            await agent.SendAsync($"2\r\na{i}\r\n");
            Assert.Equal($"2\r\na{i}\r\n", await target.ReadAsync(7));
            await target.SendAsync($"2\r\nb{i}\r\n");
            Assert.Equal($"2\r\nb{i}\r\n", await agent.ReadAsync(7));
        }
        await agent.SendAsync("0\r\n\r\n");
        await target.ReadAsync(5);
        await target.SendAsync("0\r\n\r\n");

        Assert.Equal("0\r\n\r\n", await agent.ReadAsync(5));
        await sidecar.StopAsync();
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal(("a0a1a2a3a4", "b0b1b2b3b4"), (await Recorded.BodyAsync(exchange.Request!), await Recorded.BodyAsync(exchange.Response!)));
        Assert.Null(exchange.Request!.Cut ?? exchange.Response!.Cut);
    }

    [Fact]
    public async Task Agent_that_leaves_while_it_waits_ends_the_targets_connection()
    {
        await using var pair = await ExchangePair.StartAsync(Get);
        pair.Agent.Dispose();

        Assert.Equal("", await ToEndAsync(pair.Target));
        await pair.Sidecar.StopAsync();
        Assert.Equal("clientAborted", Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!.Cut);
    }

    [Fact]
    public async Task Agent_that_leaves_inside_its_body_ends_the_targets_connection()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("abc");
        agent.Dispose();

        Assert.Equal("", await ToEndAsync(target));
        await sidecar.StopAsync();
        var request = Assert.Single(await Recorded.ExchangesAsync(sidecar)).Request!;
        Assert.Equal(("abc", "clientAborted"), (await Recorded.BodyAsync(request), request.Cut));
    }

    [Fact]
    public async Task Agent_that_is_reset_behind_a_target_that_takes_nothing_is_noticed()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1073741824\r\n\r\n");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("\r\n\r\n");
        agent.Socket.Blocking = false;
        var piece = new byte[64 << 10];
        for (var full = 0; full < 1000;)
        {
            // full is what stays so for as long as it takes the others to run a thousand times
            full = agent.Socket.Send(piece, SocketFlags.None, out var error) > 0 && error == SocketError.Success ? 0 : full + 1;
            await Task.Yield();
        }
        agent.Reset();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new HttpClient();
        while (!(await client.GetStringAsync(new Uri(sidecar.Admin, "/metrics"), patience.Token)).Contains("recorder_channels_open 0\n", StringComparison.Ordinal))
            await Task.Yield();
        await sidecar.StopAsync();
        Assert.Equal("clientAborted", Assert.Single(await Recorded.ExchangesAsync(sidecar)).Request!.Cut);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n\r\n")]
    public async Task Empty_lines_before_a_request_are_left_out_however_they_come(string lines)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await SendInCrumbsAsync(agent, lines, 1);
        await SendInCrumbsAsync(agent, Get, 1);
        using var target = await upstream.AcceptAsync();

        Assert.Equal(Get, await target.ReadAsync(Get.Length));
        await target.SendAsync(Ok);
        await agent.ReadUntilAsync("ok");
        Assert.Equal("", sidecar.Logs.Text.Contains("1401", StringComparison.Ordinal) ? sidecar.Logs.Text : "");
    }

    [Theory]
    [InlineData("GET /y HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST /y HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na")]
    public async Task Kept_connection_that_the_target_closed_is_dialled_anew(string next)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(Get);
        using (var first = await upstream.AcceptAsync())
        {
            await first.ReadUntilAsync("\r\n\r\n");
            await first.SendAsync(Ok);
            await agent.ReadUntilAsync("ok");
            first.Socket.Shutdown(SocketShutdown.Both);
            // a close is seen when its FIN is: loopback delivers it before this connection's next byte
        }
        await agent.SendAsync(next);
        using var second = await upstream.AcceptAsync();

        Assert.Equal(next, await second.ReadAsync(next.Length));
        await second.SendAsync(Ok);
        await agent.ReadUntilAsync("ok");
    }

    [Theory]
    [InlineData("GET /y HTTP/1.1\r\nHost: h\r\n\r\n", true)]
    [InlineData("POST /y HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na", false)]
    [InlineData("POST /y HTTP/1.1\r\nHost: h\r\n\r\n", false)]
    public async Task Kept_connection_that_breaks_under_a_request_has_it_sent_again_where_that_does_no_harm(string next, bool isAgain)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(Get);
        using (var first = await upstream.AcceptAsync())
        {
            await first.ReadUntilAsync("\r\n\r\n");
            await first.SendAsync(Ok);
            await agent.ReadUntilAsync("ok");
            await agent.SendAsync(next);
            Assert.Equal(next, await first.ReadAsync(next.Length));
        }
        if (isAgain)
        {
            using var second = await upstream.AcceptAsync();
            Assert.Equal(next, await second.ReadAsync(next.Length));
            await second.SendAsync(Ok);
        }

        Assert.StartsWith(isAgain ? "HTTP/1.1 200 " : "HTTP/1.1 502 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await sidecar.StopAsync();
        Assert.Equal(2, (await Recorded.ExchangesAsync(sidecar)).Count);
    }

    [Fact]
    public async Task Bytes_behind_an_answer_are_nobodys()
    {
        await using var pair = await ExchangePair.StartAsync(Get);
        await pair.Target.SendAsync(Ok + "HTTP/1.1 200 Smuggled\r\nContent-Length: 0\r\n\r\n");
        await pair.Agent.ReadUntilAsync("ok");
        Assert.Equal("", await ToEndAsync(pair.Target));
        await pair.Agent.SendAsync("GET /y HTTP/1.1\r\nHost: h\r\n\r\n");
        using var second = await pair.AcceptAsync();
        await second.ReadUntilAsync("\r\n\r\n");
        await second.SendAsync("HTTP/1.1 204 Right\r\n\r\n");

        Assert.Equal("HTTP/1.1 204 Right\r\n\r\n", await pair.Agent.ReadUntilAsync("\r\n\r\n"));
    }

    [Fact]
    public async Task Idle_connection_is_closed_at_once_when_the_recorder_stops()
    {
        await using var pair = await ExchangePair.StartAsync(Get);
        await pair.Target.SendAsync(Ok);
        await pair.Agent.ReadUntilAsync("ok");
        var stopping = pair.Sidecar.StopAsync();

        Assert.Equal("", await pair.Agent.ReadToEndAsync());
        Assert.Equal("", await ToEndAsync(pair.Target));
        await stopping;
    }

    [Fact]
    public async Task Exchange_under_way_ends_when_the_recorder_stops_and_its_connection_with_it()
    {
        await using var pair = await ExchangePair.StartAsync(Get);
        var stopping = pair.Sidecar.StopAsync();
        await pair.Target.SendAsync(Ok);

        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", await pair.Agent.ReadToEndAsync());
        await stopping;
        Assert.Null(Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!.Cut);
    }

    [Fact]
    public async Task Large_bodies_arrive_both_ways()
    {
        var random = new Random(20261121);
        var body = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"line {i} {random.Next()}\n"));
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        var sending = agent.SendAsync($"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("\r\n\r\n");
        Assert.Equal(body, await target.ReadAsync(body.Length));
        await sending;
        var chunks = new StringBuilder();
        for (var at = 0; at < body.Length;)
        {
            var size = Math.Min(random.Next(1, 20_000), body.Length - at);
            chunks.Append($"{size:x}\r\n").Append(body, at, size).Append("\r\n");
            at += size;
        }
        chunks.Append("0\r\n\r\n");
        sending = target.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
        await agent.ReadUntilAsync("\r\n\r\n");
        Assert.Equal(chunks.ToString(), await agent.ReadAsync(chunks.Length));
        await sending;
        await sidecar.StopAsync();

        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal(body, await Recorded.BodyAsync(exchange.Request!));
        Assert.Equal(body, await Recorded.BodyAsync(exchange.Response!));
    }

    private static async Task SendInCrumbsAsync(RawConnection connection, string text, int size)
    {
        for (var at = 0; at < text.Length; at += size)
            await connection.SendAsync(text.Substring(at, Math.Min(size, text.Length - at)));
    }

    /// <summary>What came until the end, which may be a reset.</summary>
    private static async Task<string> ToEndAsync(RawConnection connection)
    {
        try
        {
            return await connection.ReadToEndAsync();
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
            return "";
        }
    }
}
