using static K8sRecorder.Sidecar.Tests.WebSocket.Frames;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>Messages pass byte for byte, whole or in fragments, with control frames between, and are recorded as the messages that they are (RFC 6455 5).</summary>
public sealed class FramingTests
{
    [Fact]
    public async Task Messages_of_every_length_pass_and_are_recorded()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        int[] lengths = [0, 1, 125, 126, 127, 128, 65535, 65536, 70000];
        foreach (var length in lengths)
        {
            await pair.AgentSaysAsync(Masked(Text, new string('a', length)));
            await pair.TargetSaysAsync(Of(Binary, new string('\u00fe', length)));
        }
        await pair.CloseAsync();
        await sidecar.StopAsync();

        var messages = await RecordedMessage.AllAsync(sidecar);
        Assert.Equal(
            [.. lengths.SelectMany(length => new[] { ("agent", "text", new string('a', length)), ("target", "binary", new string('\u00fe', length)) }),
                ("agent", "close", ""), ("target", "close", "")],
            messages.Select(message => (message.From, message.Type, message.Body)));
        Assert.All(messages.TakeLast(2), message => Assert.Equal("code=1000", message.Facts));
        var records = (await Recorded.RecordsAsync(sidecar)).Where(record => record.Channel is not null).ToList();
        Assert.Equal(["http.request", "http.response"], records.Take(2).Select(record => record.Kind));
        Assert.Equal(101, records[1].Number("status"));
        Assert.Equal(("channel.closed", "closed"), (records[^1].Kind, records[^1].Text("reason")));
        Assert.Single(records.Select(record => record.Channel).Distinct());
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Fragments_are_one_message_and_control_frames_between_them_are_their_own()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        await pair.AgentSaysAsync(Masked(Text, "fragment1", final: false));
        await pair.AgentSaysAsync(Masked(Ping, "ping payload"));
        await pair.TargetSaysAsync(Of(Pong, "ping payload"));
        await pair.AgentSaysAsync(Masked(Continuation, "", final: false));
        await pair.AgentSaysAsync(Masked(Continuation, "fragment2", mask: 0));
        await pair.TargetSaysAsync(Of(Binary, "", final: false) + Of(Continuation, "x", final: false) + Of(Ping, "") + Of(Continuation, ""));
        await pair.CloseAsync();
        await sidecar.StopAsync();

        Assert.Equal(
            ["agent text 'fragment1fragment2'", "agent ping 'ping payload'", "target pong 'ping payload'", "target ping ''", "target binary 'x'"],
            (await RecordedMessage.AllAsync(sidecar)).Where(message => message.Type != "close").Select(message => message.ToString())
                .Order(Comparer<string>.Create((a, b) => Array.IndexOf(Order, a).CompareTo(Array.IndexOf(Order, b)))));
    }

    private static readonly string[] Order =
        ["agent text 'fragment1fragment2'", "agent ping 'ping payload'", "target pong 'ping payload'", "target ping ''", "target binary 'x'"];

    [Fact]
    public async Task Every_split_of_the_bytes_gives_the_same_records()
    {
        var bytes = Masked(Text, "Gr\u00c3\u00bc\u00c3\u009f") + Masked(Ping, "p") + Masked(Text, "one ", final: false) + Masked(Pong, "")
            + Masked(Continuation, "message") + Masked(Binary, new string('b', 130)) + Masked(Close, CloseOf(3001, "bye"));
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        for (var step = 1; step <= bytes.Length; step += step < 8 ? 1 : 61)
        {
            using var pair = await SocketPair.OpenAsync(sidecar, upstream);
            for (var at = 0; at < bytes.Length; at += step)
                await pair.AgentSaysAsync(bytes.Substring(at, Math.Min(step, bytes.Length - at)));
            await pair.EndAsync();
        }
        await sidecar.StopAsync();

        var channels = (await RecordedMessage.AllAsync(sidecar)).GroupBy(message => message.First.Channel).ToList();
        Assert.All(channels, channel => Assert.Equal(
            ["agent binary '" + new string('b', 130) + "'", "agent close 'bye' code=3001", "agent ping 'p'", "agent pong ''", "agent text 'Gr\u00c3\u00bc\u00c3\u009f'", "agent text 'one message'"],
            channel.Select(message => message.ToString()).Order(StringComparer.Ordinal)));
        Assert.True(channels.Count > 8);
    }

    [Fact]
    public async Task Frames_that_come_with_the_handshake_are_not_lost()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream, ahead: Masked(Text, "eager"), behind: Of(Text, "hello"));
        Assert.Equal(Of(Text, "hello"), await pair.Agent.ReadAsync(7));
        Assert.Equal(Masked(Text, "eager"), await pair.Target.ReadAsync(11));
        await pair.CloseAsync();
        await sidecar.StopAsync();

        Assert.Equal(["agent text 'eager'", "target text 'hello'"],
            (await RecordedMessage.AllAsync(sidecar)).Where(message => message.Type == "text").Select(message => message.ToString()).Order());
    }

    [Fact]
    public async Task Frames_of_one_byte_are_one_message()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        var frames = Masked(Text, "<", final: false) + string.Concat(Enumerable.Repeat(Masked(Continuation, "x", final: false) + Masked(Continuation, "", final: false), 20_000));
        await pair.AgentSaysAsync(frames + Masked(Continuation, ">"));
        await pair.TargetSaysAsync(string.Concat(Enumerable.Repeat(Of(Text, "x"), 2000)));
        await pair.CloseAsync();
        await sidecar.StopAsync();

        var messages = await RecordedMessage.AllAsync(sidecar);
        Assert.Equal("<" + new string('x', 20_000) + ">", messages.Single(message => message is { From: "agent", Type: "text" }).Body);
        Assert.Equal(2000, messages.Count(message => message is { From: "target", Body: "x" }));
        var events = messages.Single(message => message is { From: "agent", Type: "text" }).First.Field("events");
        Assert.True(events is null || events.Value.GetArrayLength() < 2000);
    }

    [Fact]
    public async Task Pings_that_say_the_same_are_one_record_with_their_number()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        await pair.TargetSaysAsync(string.Concat(Enumerable.Repeat(Of(Ping, ""), 50_000)));
        await pair.CloseAsync();
        await sidecar.StopAsync();

        var pings = (await RecordedMessage.AllAsync(sidecar)).Where(message => message.Type == "ping").ToList();
        Assert.Equal(50_000, pings.Sum(ping => ping.First.Number("count") ?? 1));
        Assert.True(pings.Count < 1000, $"{pings.Count} records");
    }
}
