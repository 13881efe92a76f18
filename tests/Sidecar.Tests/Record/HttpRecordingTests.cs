using System.IO.Compression;
using System.Text;
using K8sRecorder.Sidecar.Tests.Http;

namespace K8sRecorder.Sidecar.Tests.Record;

/// <summary>What of an HTTP exchange is in the recording.</summary>
public sealed class HttpRecordingTests
{
    private const string Secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

    [Fact]
    public async Task Exchange_is_recorded_with_heads_bodies_and_run()
    {
        await using var pair = await ExchangePair.StartAsync(
            "POST /v1/x?a=%7E HTTP/1.1\r\nHost: h\r\nX-Agent-Run: run-7\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"hello\":\"ü\"}");
        await pair.Target.SendAsync("HTTP/1.1 201 Made\r\nContent-Type: text/plain\r\nX-Y: z\r\nContent-Length: 4\r\n\r\nfine");
        await pair.Agent.ReadUntilAsync("fine");
        await pair.Sidecar.StopAsync();

        var exchange = Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar));
        Assert.Equal(("target", "POST", 201, "target"), (exchange.Target, exchange.Request!.Method, exchange.Response!.Status, exchange.Response.Origin));
        Assert.Equal("/v1/x?a=%7E", (await exchange.Request.ReadHeadAsync(CancellationToken.None)).RequestTarget);
        Assert.Equal("z", (await exchange.Response.ReadHeadAsync(CancellationToken.None)).Value("x-y"));
        Assert.Equal("run-7", await exchange.ReadRunAsync(CancellationToken.None));
        Assert.Equal("{\"hello\":\"\u00fc\"}", Encoding.Latin1.GetString((await exchange.Request.ReadBodyAsync(CancellationToken.None)).ToArray()));
        Assert.Equal("fine", await Recorded.BodyAsync(exchange.Response));
        Assert.Null(exchange.Request.Cut ?? exchange.Response.Cut);
        await Recorded.AssertSoundAsync(pair.Sidecar);
    }

    [Fact]
    public async Task Secrets_reach_neither_store_nor_spool_nor_logs_and_the_agent_gets_them_unchanged()
    {
        await using var pair = await ExchangePair.StartAsync(
            $"POST /x?api_key={Secret} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {Secret}\r\nCookie: s={Secret}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Secret.Length + 8}\r\n\r\n{{\"k\":\"{Secret}\"}}");
        Assert.Equal($"{{\"k\":\"{Secret}\"}}", await pair.Target.ReadAsync(Secret.Length + 8));
        await pair.Target.SendAsync(
            $"HTTP/1.1 200 OK\r\nSet-Cookie: t={Secret}\r\nTrailer: x-sum\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{Secret[..20]}\r\n14\r\n{Secret[20..]}\r\n0\r\nx-sum: {Secret}\r\n\r\n");
        Assert.Contains(Secret, await pair.Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await pair.Agent.ReadUntilAsync("\r\n0\r\n");
        await pair.Agent.ReadUntilAsync("\r\n\r\n");
        await pair.Sidecar.StopAsync();

        Assert.DoesNotContain(Secret[4..], Recorded.EverythingStored(pair.Sidecar), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret[4..], pair.Sidecar.Logs.Text, StringComparison.Ordinal);
        var exchange = Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar));
        Assert.Contains("[MASKED:", await Recorded.BodyAsync(exchange.Request!), StringComparison.Ordinal);
        Assert.Contains("[MASKED:", await Recorded.BodyAsync(exchange.Response!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Coded_body_is_recorded_decoded(string coding)
    {
        var text = string.Concat(Enumerable.Range(0, 3000).Select(i => $"line {i}\n"));
        var coded = Encoding.Latin1.GetString(Encode(coding, text));
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {coded.Length}\r\n\r\n{coded}");
        await pair.Agent.ReadUntilAsync("\r\n\r\n");
        Assert.Equal(coded, await pair.Agent.ReadAsync(coded.Length));
        await pair.Sidecar.StopAsync();

        var response = Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!;
        Assert.Equal(text, await Recorded.BodyAsync(response));
        Assert.Equal((coding, coded.Length), (response.Body!.Coding, response.Body.Wire));
    }

    [Fact]
    public async Task Coded_body_that_is_cut_is_recorded_to_its_last_byte()
    {
        // a stored block of 100 bytes of which 7 come: the last ones look like the beginning of a member
        const string Cut = "\u001f\u008b\b\0\0\0\0\0\0\0\u0001\u0064\0\u009b\u00ffhello\u001f\u001f";
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {Cut.Length}\r\n\r\n{Cut}");
        await pair.Agent.ReadUntilAsync("\r\n\r\n");
        Assert.Equal(Cut, await pair.Agent.ReadAsync(Cut.Length));
        await pair.Sidecar.StopAsync();

        var response = Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!;
        Assert.Equal("hello\u001f\u001f", await Recorded.BodyAsync(response));
        Assert.Equal(("gzip", Cut.Length), (response.Body!.Coding, response.Body.Wire));
    }

    [Theory]
    [InlineData("zstd", "whatever it is")]
    [InlineData("gzip", "\u001f\u008b and then no gzip at all")]
    public async Task Body_that_cannot_be_decoded_is_kept_as_a_keyed_digest_only(string coding, string body)
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await pair.Agent.ReadUntilAsync("\r\n\r\n");
        Assert.Equal(body, await pair.Agent.ReadAsync(body.Length));
        await pair.Sidecar.StopAsync();

        var records = await Recorded.RecordsAsync(pair.Sidecar);
        Assert.Equal("undecodable", records.Single(record => record.Kind == "http.response").Text("cut"));
        var truncated = records.Single(record => record.Kind == "truncated");
        Assert.Equal(("http.response", 0L, (long)body.Length), (truncated.Text("of"), truncated.Number("from"), truncated.Number("bytes")));
        Assert.Equal(64, truncated.Text("keyedDigest")!.Length);
    }

    [Fact]
    public async Task Body_beyond_the_limit_passes_and_is_recorded_up_to_it()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, change: policy => policy with { BodyLimit = 10 });
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 26\r\n\r\nabcdefghijklmnopqrstuvwxyz");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("xyz");
        await target.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        await agent.ReadUntilAsync("\r\n\r\n");
        await sidecar.StopAsync();

        var request = Assert.Single(await Recorded.ExchangesAsync(sidecar)).Request!;
        Assert.Equal(("abcdefghij", "limit"), (await Recorded.BodyAsync(request), request.Cut));
        var truncated = (await Recorded.RecordsAsync(sidecar)).Single(record => record.Kind == "truncated");
        Assert.Equal((10L, 16L), (truncated.Number("from"), truncated.Number("bytes")));
    }

    [Fact]
    public async Task Body_that_breaks_off_beyond_the_limit_says_why()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, change: policy => policy with { BodyLimit = 10 });
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 26\r\n\r\nabcdefghijklmnopqrst");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("qrst");
        agent.Dispose();
        await target.ReadToEndAsync();
        await sidecar.StopAsync();

        var request = Assert.Single(await Recorded.ExchangesAsync(sidecar)).Request!;
        Assert.Equal(("abcdefghij", "clientAborted"), (await Recorded.BodyAsync(request), request.Cut));
        var truncated = (await Recorded.RecordsAsync(sidecar)).Single(record => record.Kind == "truncated");
        Assert.Equal((10L, 10L), (truncated.Number("from"), truncated.Number("bytes")));
    }

    [Fact]
    public async Task Events_are_recorded_with_their_arrival()
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        await pair.Agent.ReadUntilAsync("\r\n\r\n");
        for (var i = 0; i < 3; i++)
        {
            await pair.Target.SendAsync($"9\r\ndata: {i}\n\n\r\n");
            await pair.Agent.ReadAsync(14);
        }
        await pair.Target.SendAsync("0\r\n\r\n");
        await pair.Agent.ReadAsync(5);
        await pair.Sidecar.StopAsync();

        var response = Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!;
        Assert.Equal("data: 0\n\ndata: 1\n\ndata: 2\n\n", await Recorded.BodyAsync(response));
        Assert.InRange(response.Events.Count, 1, 4);
    }

    [Fact]
    public async Task Secret_over_messages_of_an_aws_event_stream_is_masked_and_passes_untouched()
    {
        static string Message(string text) => $"\0\0\0{(char)(43 + text.Length)}\0\0\0\0\0\0\0\0{{\"p\":1,\"delta\":{{\"text\":\"{text}\"}}}}\0\0\0\0";
        var stream = Message("a AKIA") + Message("7QWERTZUI") + Message("OPL2M34 b");
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nContent-Length: {stream.Length}\r\n\r\n{stream}");
        await pair.Agent.ReadUntilAsync("\r\n\r\n");
        Assert.Equal(stream, await pair.Agent.ReadAsync(stream.Length));
        await pair.Sidecar.StopAsync();

        var response = Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!;
        var recorded = stream.Replace("AKIA", "[MASKED:aws-access-key]", StringComparison.Ordinal).Replace("7QWERTZUI", "", StringComparison.Ordinal).Replace("OPL2M34", "", StringComparison.Ordinal);
        Assert.Equal(recorded, await Recorded.BodyAsync(response));
    }

    [Fact]
    public async Task Recorders_own_answer_is_recorded_as_its_own()
    {
        await using var pair = await ExchangePair.StartAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        pair.Target.Dispose();
        await pair.Agent.ReadUntilAsync("\n\r\n");
        await pair.Sidecar.StopAsync();

        var response = Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!;
        Assert.Equal((502, "recorder"), (response.Status, response.Origin));
        Assert.Equal("the target's answer broke off or was not HTTP", response.Error);
    }

    [Theory]
    [InlineData(true, "clientAborted")]
    [InlineData(false, "targetFailed")]
    public async Task Response_that_broke_off_is_recorded_as_far_as_it_came(bool agentLeaves, string cut)
    {
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        await pair.Agent.ReadUntilAsync("abc");
        if (agentLeaves)
        {
            pair.Agent.Reset();
            await Assert.ThrowsAnyAsync<Exception>(async () => Assert.NotEqual("", await pair.Target.ReadToEndAsync()));
        }
        else
        {
            pair.Target.Dispose();
            await Assert.ThrowsAnyAsync<Exception>(async () => Assert.NotEqual("", await pair.Agent.ReadToEndAsync()));
        }
        await pair.Sidecar.StopAsync();

        var response = Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!;
        Assert.Equal(("abc", cut), (await Recorded.BodyAsync(response), response.Cut));
        await Recorded.AssertSoundAsync(pair.Sidecar);
    }

    private static byte[] Encode(string coding, string text)
    {
        using var coded = new MemoryStream();
        using (Stream encoder = coding switch
        {
            "gzip" => new GZipStream(coded, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(coded, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(coded, CompressionLevel.Fastest, leaveOpen: true),
        })
            encoder.Write(Encoding.ASCII.GetBytes(text));
        return coded.ToArray();
    }
}
