using System.Net.Sockets;
using static K8sRecorder.Sidecar.Tests.WebSocket.Frames;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>However a WebSocket ends, the other side sees it and the recording says it.</summary>
public sealed class EndTests
{
    [Fact]
    public async Task Half_that_is_closed_leaves_the_other_open()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        pair.Agent.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await pair.Target.ReadToEndAsync());
        await pair.TargetSaysAsync(Of(Text, "late"));
        pair.Target.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await pair.Agent.ReadToEndAsync());
        await sidecar.StopAsync();

        Assert.Equal("target text 'late'", Assert.Single(await RecordedMessage.AllAsync(sidecar)).ToString());
        Assert.Equal("clientAborted", (await ClosedAsync(sidecar)).Text("reason")); // nobody said goodbye
    }

    [Fact]
    public async Task End_inside_a_message_cuts_its_record()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        await pair.AgentSaysAsync(Masked(Text, "a message that is long")[..12]);
        await pair.TargetSaysAsync(Of(Binary, "")[..1] + "\u0005");
        await pair.EndAsync();
        await sidecar.StopAsync();

        Assert.Equal(
            ["agent text 'a mess' cut=clientAborted", "target binary '' cut=targetFailed"],
            (await RecordedMessage.AllAsync(sidecar)).Select(message => message.ToString()).Order());
        Assert.Equal("targetFailed", (await ClosedAsync(sidecar)).Text("reason"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_of_one_side_reaches_the_other(bool byAgent)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        await pair.AgentSaysAsync(Masked(Text, "x", final: false));
        (byAgent ? pair.Agent : pair.Target).Reset();

        await Assert.ThrowsAsync<SocketException>((byAgent ? pair.Target : pair.Agent).ReadToEndAsync);
        await sidecar.StopAsync();
        var reason = byAgent ? "clientAborted" : "targetFailed";
        Assert.Equal(reason, (await ClosedAsync(sidecar)).Text("reason"));
        Assert.Equal($"agent text 'x' cut={reason}", Assert.Single(await RecordedMessage.AllAsync(sidecar)).ToString());
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Recorder_that_stops_cuts_what_is_open()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        await pair.TargetSaysAsync(Of(Text, "begun", final: false));
        await sidecar.StopAsync();

        await Assert.ThrowsAsync<SocketException>(pair.Target.ReadToEndAsync);
        Assert.Equal("target text 'begun' cut=recorderStopped", Assert.Single(await RecordedMessage.AllAsync(sidecar)).ToString());
        Assert.Equal("recorderStopped", (await ClosedAsync(sidecar)).Text("reason"));
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Open_message_goes_on_in_the_next_session()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream, "permessage-deflate");
        var deflated = Deflated(["one message in two sessions, one message"], false).Single();
        await pair.AgentSaysAsync(Masked(Text, deflated[..10], final: false, reserved: 4));
        await sidecar.Run.Sessions.RotateAsync("maxAge", CancellationToken.None);
        await pair.AgentSaysAsync(Masked(Continuation, deflated[10..]));
        await pair.TargetSaysAsync(Of(Text, "seen"));
        await pair.CloseAsync();
        await sidecar.StopAsync();

        var sessions = await Recorded.SessionsAsync(sidecar);
        Assert.Equal(2, sessions.Count);
        var records = await Recorded.RecordsAsync(sidecar);
        var continued = records.Single(record => record.Kind == "channel.continued");
        Assert.Equal((sessions[0].Id, "WebSocket"), (continued.Text("session"), continued.Text("protocol")));
        var messages = await RecordedMessage.AllAsync(sidecar);
        Assert.Equal(("deflated=True cut=continued", "deflated=True continues=True"), (messages[0].Facts, messages[1].Facts));
        Assert.Equal("one message in two sessions, one message", messages[0].Body + messages[1].Body);
        Assert.Equal([1, 1, 2, 3, 4], messages.Select(message => message.First.Number("message")));
        Assert.All(messages.Skip(1), message => Assert.Equal(continued.Channel, message.First.Channel));
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Secret_in_fragments_and_under_a_mask_is_not_recorded()
    {
        const string Secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        await pair.AgentSaysAsync(Masked(Text, "{\"token\":\"ghp_0123456789abc", final: false));
        await pair.AgentSaysAsync(Masked(Continuation, "defghijABCDEFGHIJ012345\"}"));
        await pair.TargetSaysAsync(Of(Text, "take " + Secret));
        await pair.TargetSaysAsync(Of(Ping, Secret));
        await pair.CloseAsync();
        await sidecar.StopAsync();

        Assert.DoesNotContain(Secret[4..], Recorded.EverythingStored(sidecar), StringComparison.Ordinal);
        Assert.Equal(3, (await RecordedMessage.AllAsync(sidecar)).Count(message => message.Body.Contains("[MASKED:", StringComparison.Ordinal)));
    }

    private static async Task<Recording.Reading.SessionRecord> ClosedAsync(TestSidecar sidecar) =>
        (await Recorded.RecordsAsync(sidecar)).Single(record => record.Kind == "channel.closed");
}
