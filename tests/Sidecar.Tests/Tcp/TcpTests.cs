using System.Net.Sockets;
using K8sRecorder.Policy.Model;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Tcp;

/// <summary>Raw connections: carried both ways, each half closed on its own, recorded with times.</summary>
public sealed class TcpTests
{
    [Fact]
    public async Task Connection_passes_and_is_recorded_both_ways()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, TargetProtocol.TCP);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        using var target = await upstream.AcceptAsync();
        await target.SendAsync("220 hello\r\n"); // the server speaks first
        Assert.Equal("220 hello\r\n", await agent.ReadUntilAsync("\n"));
        await agent.SendAsync("EHLO \u00ff\0\r\n");
        Assert.Equal("EHLO \u00ff\0\r\n", await target.ReadUntilAsync("\n"));
        agent.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await target.ReadToEndAsync());
        await target.SendAsync("late"); // the other half is still open
        target.Dispose();
        Assert.Equal("late", await agent.ReadToEndAsync());
        agent.Dispose();
        await sidecar.StopAsync();

        var records = (await Recorded.RecordsAsync(sidecar)).Where(record => record.Channel is not null).ToList();
        Assert.Equal(["channel.opened", "tcp.data", "tcp.data", "channel.closed"], records.Select(record => record.Kind));
        Assert.Equal("TCP", records[0].Text("protocol"));
        Assert.Equal(["agent", "target"], records.Where(record => record.Kind == "tcp.data").Select(record => record.Text("from")).Order());
        Assert.Equal(("closed", 9L, 15L), (records[3].Text("reason"), records[3].Number("in"), records[3].Number("out")));
        Assert.NotNull(records[1].Field("events"));
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Target_that_cannot_be_reached_closes_the_agents_connection()
    {
        await using var sidecar = await TestSidecar.StartAsync(Loopback.FreePort(), TargetProtocol.TCP);

        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var agent = await RawConnection.ToAsync(sidecar.Port); // the reset may be quicker than its return
            await agent.ReadToEndAsync();
        });
        await sidecar.StopAsync();
        Assert.Equal("targetFailed", (await Recorded.RecordsAsync(sidecar)).Single(record => record.Kind == "channel.closed").Text("reason"));
    }

    [Fact]
    public async Task Reset_of_one_side_reaches_the_other()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, TargetProtocol.TCP);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        using var target = await upstream.AcceptAsync();
        await agent.SendAsync("x");
        await target.ReadAsync(1);
        agent.Reset();

        await Assert.ThrowsAsync<SocketException>(target.ReadToEndAsync);
        await sidecar.StopAsync();
        Assert.Equal("clientAborted", (await Recorded.RecordsAsync(sidecar)).Single(record => record.Kind == "channel.closed").Text("reason"));
    }

    [Fact]
    public async Task Open_connection_moves_to_the_next_session_with_its_next_byte()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, TargetProtocol.TCP);
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        using var target = await upstream.AcceptAsync();
        await agent.SendAsync("before");
        await target.ReadAsync(6);
        await sidecar.Run.Sessions.RotateAsync("maxAge", CancellationToken.None);
        await agent.SendAsync("after");
        await target.ReadAsync(5);
        agent.Dispose();
        Assert.Equal("", await target.ReadToEndAsync());
        target.Dispose();
        await sidecar.StopAsync();

        var sessions = await Recorded.SessionsAsync(sidecar);
        Assert.Equal(2, sessions.Count);
        var records = await Recorded.RecordsAsync(sidecar);
        var continued = records.Single(record => record.Kind == "channel.continued");
        Assert.Equal((sessions[0].Id, 1L), (continued.Text("session"), continued.Number("channel")));
        Assert.Equal("continued", records.First(record => record.Kind == "tcp.data").Text("cut"));
        var closed = records.First(record => record.Kind == "session.closed");
        Assert.Equal(("maxAge", sessions[1].Id), (closed.Text("reason"), closed.Text("next")));
        await Recorded.AssertSoundAsync(sidecar);
    }
}
