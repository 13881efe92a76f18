using System.Net.Sockets;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Http;

/// <summary>How long a connection may do nothing, on a clock that the test moves.</summary>
public sealed class TimeLimitTests
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "")]
    [InlineData("PRI * HTTP/2", ".0\r\n\r\nSM\r\n\r\n")]
    public async Task Http2_connection_is_not_cut_for_what_http1_would_be(string first, string rest)
    {
        const string Settings = "\0\0\0\u0004\0\0\0\0\0";
        const string Ping = "\0\0\u0008\u0006\0\0\0\0\0pingpong";
        var time = new ManualTime();
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, time: time);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(first);
        await agent.SendAsync(rest + Settings + Ping);
        await agent.ReadUntilAsync("pingpong");
        time.Advance(TimeSpan.FromMinutes(11));
        await agent.SendAsync(Ping);

        Assert.EndsWith("\0\0\u0008\u0006\u0001\0\0\0\0pingpong", await agent.ReadUntilAsync("pingpong"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_that_does_not_end_is_refused_after_a_minute_and_recorded()
    {
        var time = new ManualTime();
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, time: time);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync(Get + "GET /late HTTP/1.1\r\nHost: h\r\nA");
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("\r\n\r\n");
        await target.SendAsync(Ok);
        await agent.ReadUntilAsync("ok");
        await AdvanceUntilAsync(time, () => agent.Socket.Available > 0);

        Assert.StartsWith("HTTP/1.1 408 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("k8srecorder: the request's head did not come in time\n", await agent.ReadToEndAsync());
        agent.Dispose();
        await sidecar.StopAsync();
        var late = (await Recorded.ExchangesAsync(sidecar))[1];
        Assert.Equal(("refused", 408, "recorder"), (late.Request!.Cut, late.Response!.Status, late.Response.Origin));
        Assert.Equal("/late", (await late.Request.ReadHeadAsync(CancellationToken.None)).StartLine!.Split(' ')[1]);
    }

    [Fact]
    public async Task Idle_connection_closes_its_target_after_a_minute_and_itself_after_ten()
    {
        var time = new ManualTime();
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, time: time);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        for (var i = 0; i < 2; i++)
        {
            // not idempotent: were the connection that is closed used for it, the answer would be 502
            await agent.SendAsync("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na");
            using var target = await upstream.AcceptAsync();
            await target.ReadUntilAsync("\r\n\r\na");
            await target.SendAsync(Ok);
            await agent.ReadUntilAsync("ok");
            await AdvanceUntilAsync(time, () => target.Socket.Poll(0, SelectMode.SelectRead));
            Assert.Equal("", await target.ReadToEndAsync());
        }
        Assert.Equal(0, agent.Socket.Available);
        await AdvanceUntilAsync(time, () => agent.Socket.Poll(0, SelectMode.SelectRead));

        Assert.Equal("", await agent.ReadToEndAsync());
    }

    [Fact]
    public async Task Agent_that_never_stops_sending_after_its_refusal_is_cut()
    {
        var time = new ManualTime();
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, time: time);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("nonsense\r\n\r\n");
        await agent.ReadUntilAsync("\r\n\r\n");
        var more = new string('x', 16 << 10);
        var isCut = false;
        for (var i = 0; i < 10_000 && !isCut; i++)
        {
            try
            {
                await agent.SendAsync(more);
                time.Advance(TimeSpan.FromSeconds(1));
            }
            catch (SocketException)
            {
                isCut = true;
            }
        }

        Assert.True(isCut);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", true)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nok", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false)]
    public async Task Answer_that_took_long_ends_with_an_end_and_not_with_a_reset(string answer, bool closes)
    {
        var time = new ManualTime();
        await using var pair = await ExchangePair.StartAsync(Get, time);
        for (var i = 0; i < 100; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1)); // from now on the agent's side is read, to see it leave
            await Task.Yield();
        }
        await pair.Target.SendAsync(answer);
        pair.Target.Dispose();
        await pair.Agent.ReadUntilAsync("ok");
        var stopping = closes ? Task.CompletedTask : pair.Sidecar.StopAsync();

        Assert.Equal("", await pair.Agent.ReadToEndAsync());
        pair.Agent.Dispose();
        await stopping;
    }

    /// <summary>Moves the clock on until something is so; the other side may still be on its way to where it waits.</summary>
    private static async Task AdvanceUntilAsync(ManualTime time, Func<bool> isSo)
    {
        for (var i = 0; i < 100_000 && !isSo(); i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }
        Assert.True(isSo());
    }
}
