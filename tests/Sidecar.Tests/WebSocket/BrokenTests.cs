using static K8sRecorder.Sidecar.Tests.WebSocket.Frames;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>What breaks the protocol passes all the same, for the ends to judge, and is recorded as bytes from there on, with the reason.</summary>
public sealed class BrokenTests
{
    private static readonly string[] ReservedOpcodes = [.. new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 }.Select(opcode => Masked(opcode, "secretive"))];

    [Fact]
    public async Task Frames_against_the_rules_pass_and_are_bytes_from_there_on()
    {
        (string Bytes, string Broken)[] cases =
        [
            .. ReservedOpcodes.Select(frame => (frame, "opcode")),
            .. new[] { 1, 2, 4, 7 }.Select(reserved => (Masked(Text, "secretive", reserved: reserved), "reserved")),
            (Masked(Ping, "secretive", reserved: 4), "reserved"),
            (Of(Text, "secretive"), "mask"),
            (Masked(Ping, "secretive", final: false), "control"),
            (Masked(Close, "secretive" + new string('x', 120)), "control"),
            (Masked(Continuation, "secretive"), "fragment"),
            ("\u0081\u00ff\u0080\0\0\0\0\0\0\0\0\0\0\0secretive", "length"),
        ];
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        foreach (var (bytes, _) in cases)
        {
            using var pair = await SocketPair.OpenAsync(sidecar, upstream);
            await pair.AgentSaysAsync(Masked(Text, "fine"));
            await pair.AgentSaysAsync(bytes);
            await pair.AgentSaysAsync(Masked(Text, "and on"));
            await pair.TargetSaysAsync(Of(Text, "still messages"));
            await pair.EndAsync();
        }
        await sidecar.StopAsync();

        var channels = (await RecordedMessage.AllAsync(sidecar)).GroupBy(message => message.First.Channel).ToList();
        Assert.Equal(cases.Select(broken => broken.Broken), channels.Select(channel => channel.Single(m => m.Type == "bytes").First.Text("broken")));
        Assert.All(channels, channel =>
        {
            var bytes = channel.Single(message => message.Type == "bytes");
            Assert.Contains("secretive", bytes.Body, StringComparison.Ordinal); // its mask is undone
            Assert.Contains("agent text 'fine'", channel.Select(message => message.ToString()));
            Assert.Contains("target text 'still messages'", channel.Select(message => message.ToString()));
        });
        Assert.All(channels.SkipLast(1), channel => Assert.EndsWith("and on", channel.Single(message => message.Type == "bytes").Body, StringComparison.Ordinal));
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Message_that_another_breaks_into_is_recorded_as_cut()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        await pair.TargetSaysAsync(Of(Text, "begun", final: false) + Of(Text, "another"));
        await pair.EndAsync();
        await sidecar.StopAsync();

        Assert.Equal(
            ["target text 'begun' cut=targetFailed", "target bytes '" + Of(Text, "another") + "' broken=fragment"],
            (await RecordedMessage.AllAsync(sidecar)).Select(message => message.ToString()));
    }

    [Fact]
    public async Task Target_that_masks_its_frames_breaks_the_rules()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream);
        await pair.TargetSaysAsync(Masked(Text, "odd") + Masked(Text, "one"));
        await pair.EndAsync();
        await sidecar.StopAsync();

        var message = Assert.Single(await RecordedMessage.AllAsync(sidecar));
        Assert.Equal(("bytes", "broken=mask"), (message.Type, message.Facts));
        Assert.Matches("odd.*one$", message.Body);
    }

    /// <summary>Texts of the Autobahn test suite, sections 6.3 to 6.22, in fragments of one byte too.</summary>
    [Fact]
    public async Task Text_that_is_not_utf8_passes_and_says_so()
    {
        (string Bytes, bool IsUtf8)[] texts =
        [
            ("\u00ce\u00ba\u00e1\u00bd\u00b9\u00cf\u0083\u00ce\u00bc\u00ce\u00b5", true),
            ("\u00f0\u00a4\u00ad\u00a2", true), ("\u00f4\u008f\u00bf\u00bf", true), ("\u00ef\u00bf\u00bf", true), ("\0", true), ("\u00ed\u009f\u00bf", true),
            ("\u00ce\u00ba\u00e1\u00bd\u00b9\u00cf\u0083\u00ce\u00bc\u00ce\u00b5\u00ed\u00a0\u0080edited", false),
            ("\u00f4\u0090\u0080\u0080", false), ("\u00f8\u0088\u0080\u0080\u0080", false), ("\u0080", false), ("\u00c0\u00af", false),
            ("\u00e2\u0082", false), ("\u00f0\u00a4\u00ad", false), ("a\u00ff", false),
        ];
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var pair = await SocketPair.OpenAsync(sidecar, upstream, "permessage-deflate");
        foreach (var (bytes, _) in texts)
        {
            await pair.AgentSaysAsync(Masked(Text, bytes));
            await pair.AgentSaysAsync(Masked(Text, Deflated([bytes], true).Single(), reserved: 4));
            for (var i = 0; i < bytes.Length; i++)
                await pair.AgentSaysAsync(Masked(i == 0 ? Text : Continuation, bytes[i..(i + 1)], final: i == bytes.Length - 1));
            await pair.AgentSaysAsync(Masked(Binary, bytes));
        }
        await pair.CloseAsync();
        await sidecar.StopAsync();

        var messages = (await RecordedMessage.AllAsync(sidecar)).Where(message => message.Type != "close").ToList();
        Assert.Equal(
            texts.SelectMany(text => new[] { text, text, text, (text.Bytes, true) }),
            messages.Select(message => (message.Body, message.Last.Text("error") != "not UTF-8")));
    }

    [Fact]
    public async Task Close_that_says_nothing_valid_passes_and_says_so()
    {
        (string Payload, string Record)[] closes =
        [
            ("", "agent close ''"),
            ("\u0003", "agent close '' error=not a close code"),
            (CloseOf(1000), "agent close '' code=1000"),
            (CloseOf(1000, "Gr\u00c3\u00bc\u00c3\u009fe"), "agent close 'Gr\u00c3\u00bc\u00c3\u009fe' code=1000"),
            (CloseOf(1001, "bad \u00ff"), "agent close 'bad \u00ff' code=1001 error=not UTF-8"),
            (CloseOf(1005), "agent close '' code=1005 error=not a close code"),
            (CloseOf(999), "agent close '' code=999 error=not a close code"),
            (CloseOf(4999, new string('r', 123)), "agent close '" + new string('r', 123) + "' code=4999"),
        ];
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        foreach (var (payload, _) in closes)
        {
            using var pair = await SocketPair.OpenAsync(sidecar, upstream);
            await pair.AgentSaysAsync(Masked(Close, payload));
            await pair.EndAsync();
        }
        await sidecar.StopAsync();

        Assert.Equal(closes.Select(close => close.Record), (await RecordedMessage.AllAsync(sidecar)).Select(message => message.ToString()));
    }
}
