using static K8sRecorder.Sidecar.Tests.WebSocket.Frames;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>Compressed messages pass as they are and are recorded as their text (RFC 7692).</summary>
public sealed class DeflateTests
{
    private static readonly string[] Messages =
        ["hello hello hello", "", "hello hello hello", "{\"model\":\"m\",\"input\":\"hello hello\"}", new('z', 100_000), "hello hello hello"];

    [Theory]
    [InlineData("permessage-deflate", false, false)]
    [InlineData("permessage-deflate; server_no_context_takeover", false, true)]
    [InlineData("permessage-deflate; client_no_context_takeover", true, false)]
    [InlineData("x-other; a=\"b\", permessage-deflate; client_no_context_takeover; server_no_context_takeover; client_max_window_bits=9; server_max_window_bits=15", true, true)]
    public async Task Messages_are_inflated_for_the_recording(string extensions, bool agentForgets, bool targetForgets)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream, extensions);
        foreach (var (fromAgent, fromTarget) in Deflated(Messages, agentForgets).Zip(Deflated(Messages, targetForgets)))
        {
            await pair.AgentSaysAsync(Masked(Text, fromAgent, reserved: 4));
            await pair.AgentSaysAsync(Masked(Text, "plain"));
            var half = fromTarget.Length / 2;
            await pair.TargetSaysAsync(Of(Binary, fromTarget[..half], final: false, reserved: 4));
            await pair.TargetSaysAsync(Of(Continuation, fromTarget[half..], final: false) + Of(Continuation, ""));
        }
        await pair.CloseAsync();
        await sidecar.StopAsync();

        var messages = (await RecordedMessage.AllAsync(sidecar)).Where(message => message.Type != "close").ToList();
        Assert.Equal(Messages, messages.Where(message => message is { From: "agent", Body: not "plain" }).Select(message => message.Body));
        Assert.Equal(Messages, messages.Where(message => message.From == "target").Select(message => message.Body));
        Assert.All(messages, message => Assert.Equal(message.Body == "plain" ? "" : "deflated=True", message.Facts));
        Assert.All(messages.Where(message => message.Body.Length > 0 && message.Body != "plain"),
            message => Assert.Equal("deflate", message.First.Content("body")!.Coding));
    }

    /// <summary>RFC 7692 7.2.3.4 and 7.2.3.5: a message whose last block ends for good, and one of two blocks.</summary>
    [Fact]
    public async Task Examples_of_the_specification_are_read()
    {
        string[] hellos =
        [
            "\u00f2\u0048\u00cd\u00c9\u00c9\u0007\0", "\u00f2\u0000\u0011\u0000\u0000", "\0\u0005\0\u00fa\u00ffHello\0", "\u00f3\u0048\u00cd\u00c9\u00c9\u0007\0\0",
            "\u00f2\u0048\u0005\0\0\0\u00ff\u00ff\u00ca\u00c9\u00c9\u0007\0",
        ];
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream, "permessage-deflate");
        foreach (var hello in hellos)
            await pair.AgentSaysAsync(Masked(Text, hello, reserved: 4));
        await pair.CloseAsync();
        await sidecar.StopAsync();

        Assert.Equal(Enumerable.Repeat("Hello", 5), (await RecordedMessage.AllAsync(sidecar)).Where(m => m.Type == "text").Select(message => message.Body));
    }

    [Theory]
    [InlineData("permessage-deflate", "undecodable")]
    [InlineData("permessage-deflate; client_no_context_takeover", "")]
    public async Task What_cannot_be_inflated_leaves_a_digest(string extensions, string after)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream, extensions);
        await pair.AgentSaysAsync(Masked(Text, "\u00ff\u00ff\u00ff\u00ff", reserved: 4));
        await pair.AgentSaysAsync(Masked(Text, Deflated(["fine"], true).Single(), reserved: 4));
        await pair.AgentSaysAsync(Masked(Text, "plain"));
        await pair.CloseAsync();
        await sidecar.StopAsync();

        var messages = await RecordedMessage.AllAsync(sidecar);
        Assert.Equal(["undecodable", after], messages.Take(2).Select(message => message.Last.Text("cut") ?? ""));
        Assert.Equal("plain", messages[2].Body);
        Assert.Contains(await Recorded.RecordsAsync(sidecar), record => record.Kind == "truncated" && record.Text("of") == "ws.message" && record.Number("message") == 1 && record.Number("bytes") == 4);
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Bomb_is_recorded_to_the_limit_and_what_follows_is_still_read()
    {
        const int Limit = 10_000;
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, change: policy => policy with { BodyLimit = Limit });
        using var pair = await SocketPair.OpenAsync(sidecar, upstream, "permessage-deflate");
        foreach (var message in Deflated([new string('a', 900_000), "a built on it"], false))
            await pair.TargetSaysAsync(Of(Text, message, reserved: 4));
        await pair.TargetSaysAsync(Of(Text, new string('b', 3 * Limit)));
        await pair.CloseAsync();
        await sidecar.StopAsync();

        var messages = await RecordedMessage.AllAsync(sidecar);
        Assert.Equal(
            [(new string('a', Limit), "limit"), ("a built on it", null), (new string('b', Limit), "limit")],
            messages.Take(3).Select(message => (message.Body, message.Last.Text("cut"))));
    }
}
