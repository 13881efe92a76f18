using System.Net.Sockets;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Tests.Http;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Http2;

namespace K8sRecorder.Sidecar.Tests;

/// <summary>What ends while the recorder stops has the name of whoever ended it; only what has to be cut was cut by the recorder.</summary>
public sealed class StoppedTests
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("agent resets", "clientAborted", "agent CANCEL")]
    [InlineData("agent leaves", "clientAborted", null)]
    [InlineData("target resets", "targetFailed", "target INTERNAL_ERROR")]
    [InlineData("nobody", "recorderStopped", null)]
    public async Task Stream_of_http_2(string who, string cut, string? reset)
    {
        var time = new ManualTime();
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, time: time);
        using var agent = await Http2Peer.ToAsync(sidecar.Port);
        await agent.SendAsync(Http2Frames.Agent().Frame(
            Http2Frames.Headers, Http2Frames.EndHeaders, 1, Http2Frames.Fields((":method", "POST"), (":scheme", "http"), (":authority", "h"), (":path", "/"))));
        using var target = await AcceptHttp2Async(upstream);
        var stream = (await target.ReadUntilAsync(frame => frame.Type == Http2Frames.Headers))!.Stream;
        var stopping = sidecar.StopAsync();
        switch (who)
        {
            case "agent resets":
                await agent.SendAsync(new Http2Frames().Number(Http2Frames.Reset, 1, 8));
                break;
            case "agent leaves":
                agent.Dispose();
                break;
            case "target resets":
                await target.SendAsync(new Http2Frames().Number(Http2Frames.Reset, stream, 2));
                Assert.Equal(2, (await agent.ReadUntilAsync(Http2Frames.Reset, 1))!.Code);
                time.Advance(Drain); // the connection stays: there may be more of the request
                break;
            default:
                time.Advance(Drain);
                break;
        }
        await stopping.WaitAsync(Patience);

        var records = (await Recorded.RecordsAsync(sidecar)).Where(record => record.Channel is not null).ToList();
        Assert.Equal(cut, records.Last(record => record.Kind.StartsWith("http.re", StringComparison.Ordinal) && record.Text("cut") is not null).Text("cut"));
        Assert.Equal(reset, records.Where(record => record.Kind == "http.reset").Select(record => $"{record.Text("from")} {record.Text("code")}").SingleOrDefault());
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Theory]
    [InlineData(2, "INTERNAL_ERROR")]
    [InlineData(7, "REFUSED_STREAM")] // the client would ask again
    public async Task Reset_of_a_request_that_is_still_open_is_the_targets(int code, string name)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await Http2Peer.ToAsync(sidecar.Port);
        await agent.SendAsync(Http2Frames.Agent().Frame(
            Http2Frames.Headers, Http2Frames.EndHeaders, 1, Http2Frames.Fields((":method", "POST"), (":scheme", "http"), (":authority", "h"), (":path", "/"))));
        using var target = await AcceptHttp2Async(upstream);
        var stream = (await target.ReadUntilAsync(frame => frame.Type == Http2Frames.Headers))!.Stream;
        await target.SendAsync(new Http2Frames().Number(Http2Frames.Reset, stream, (uint)code));

        var answer = (await agent.ReadUntilAsync(frame => frame.Stream == 1))!;
        Assert.Equal((Http2Frames.Reset, (uint)code), (answer.Type, (uint)answer.Code));
        await sidecar.StopAsync();
        var reset = Assert.Single(await Recorded.RecordsAsync(sidecar), record => record.Kind == "http.reset");
        Assert.Equal(("target", name), (reset.Text("from"), reset.Text("code")));
    }

    [Theory]
    [InlineData("agent resets", "clientAborted")]
    [InlineData("target resets", "targetFailed")]
    [InlineData("nobody", "recorderStopped")]
    public async Task Exchange_of_http_1(string who, string cut)
    {
        var time = new ManualTime();
        await using var pair = await ExchangePair.StartAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n", time);
        await pair.Target.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        await pair.Agent.ReadUntilAsync("abc\r\n");
        var stopping = pair.Sidecar.StopAsync();
        if (who == "agent resets")
            pair.Agent.Reset(); // nothing is read of it now: it is asked for before it is cut
        if (who == "target resets")
            pair.Target.Reset();
        else
            time.Advance(Drain);
        await stopping.WaitAsync(Patience);

        Assert.Equal(cut, Assert.Single(await Recorded.ExchangesAsync(pair.Sidecar)).Response!.Cut);
        await Recorded.AssertSoundAsync(pair.Sidecar);
    }

    [Theory]
    [InlineData("agent resets", "clientAborted")]
    [InlineData("target resets", "targetFailed")]
    [InlineData("nobody", "recorderStopped")]
    public async Task Raw_connection(string who, string reason)
    {
        var time = new ManualTime();
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, TargetProtocol.TCP, time: time);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        using var target = await upstream.AcceptAsync();
        await agent.SendAsync("x");
        await target.ReadAsync(1);
        var stopping = sidecar.StopAsync();
        if (who == "nobody")
            time.Advance(Drain);
        else
            (who == "agent resets" ? agent : target).Reset();
        await stopping.WaitAsync(Patience);

        Assert.Equal(reason, (await Recorded.RecordsAsync(sidecar)).Single(record => record.Kind == "channel.closed").Text("reason"));
        await Recorded.AssertSoundAsync(sidecar);
    }

    /// <summary>The first connection may be the one by which the recorder finds out what the target speaks.</summary>
    private static async Task<Http2Peer> AcceptHttp2Async(RawUpstream upstream)
    {
        var probe = await upstream.AcceptAsync();
        var peer = new Http2Peer(new NetworkStream(probe.Socket, ownsSocket: true));
        await peer.SendAsync(new Http2Frames().Frame(Http2Frames.Settings, 0, 0, []));
        var next = await upstream.AcceptAsync();
        peer.Dispose();
        peer = new Http2Peer(new NetworkStream(next.Socket, ownsSocket: true));
        await peer.SendAsync(new Http2Frames().Frame(Http2Frames.Settings, 0, 0, []));
        await peer.ReadAsync(24); // the preface
        return peer;
    }
}
