using System.Net.WebSockets;
using System.Text;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>A list of the kind of the Autobahn test suite (RFC 6455, RFC 7692), each case said by either end: all bytes pass as they are, and what they are is recorded.</summary>
public sealed class ConformanceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_case_passes_unchanged_and_is_recorded_as_what_it_is(bool isAgents)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        foreach (var one in ConformanceCase.All)
        {
            using var pair = await SocketPair.OpenAsync(sidecar, upstream);
            await (isAgents ? pair.AgentSaysAsync(one.Bytes(true)) : pair.TargetSaysAsync(one.Bytes(false)));
            await pair.EndAsync();
        }
        await sidecar.StopAsync();

        await ConformanceCase.AssertRecordedAsync(sidecar, isAgents);
    }

    /// <summary>Sections 12 and 13: what .NET's own WebSocket compresses, with every window and with each message by itself or not.</summary>
    [Fact]
    public async Task Every_window_of_compression_is_read()
    {
        string[] texts = ["", "a", "Hello", "Hello", new('z', 70_000), Sample(40_000), "", Sample(40_000), "the end"];
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        var count = 0;
        foreach (var forgets in new[] { false, true })
        {
            for (var bits = 9; bits <= 15; bits++)
            {
                var terms = new WebSocketDeflateOptions
                {
                    ClientMaxWindowBits = bits,
                    ServerMaxWindowBits = bits,
                    ClientContextTakeover = !forgets,
                    ServerContextTakeover = !forgets,
                };
                var extension = $"permessage-deflate; client_max_window_bits={bits}; server_max_window_bits={bits}"
                    + (forgets ? "; client_no_context_takeover; server_no_context_takeover" : "");
                using var pair = await SocketPair.OpenAsync(sidecar, upstream, extension);
                await pair.AgentSaysAsync(await SaidAsync(texts, isServer: false, terms));
                await pair.TargetSaysAsync(await SaidAsync(texts, isServer: true, terms));
                await pair.CloseAsync();
                count++;
            }
        }
        await sidecar.StopAsync();

        var channels = (await RecordedMessage.AllAsync(sidecar)).GroupBy(message => message.First.Channel).ToList();
        Assert.Equal(count, channels.Count);
        Assert.All(channels, channel =>
        {
            foreach (var from in new[] { "agent", "target" })
            {
                // whole, and then in two fragments each
                var said = channel.Where(message => message.From == from && message.Type == "text").ToList();
                Assert.True(texts.Concat(texts).SequenceEqual(said.Select(message => message.Body)));
                Assert.All(said, message => Assert.Equal("deflated=True", message.Facts));
            }
        });
        await Recorded.AssertSoundAsync(sidecar);
    }

    /// <summary>Text that compresses, but not to nothing, and looks back as far as it may.</summary>
    private static string Sample(int length)
    {
        var random = new Random(7);
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(random.Next(50)).Append(' ');
        return text.ToString(0, length);
    }

    private static async Task<string> SaidAsync(string[] texts, bool isServer, WebSocketDeflateOptions terms)
    {
        using var written = new WrittenStream();
        using var socket = System.Net.WebSockets.WebSocket.CreateFromStream(
            written, new WebSocketCreationOptions { IsServer = isServer, DangerousDeflateOptions = terms, KeepAliveInterval = TimeSpan.Zero });
        foreach (var text in texts)
            await socket.SendAsync(Encoding.Latin1.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
        foreach (var text in texts)
        {
            var half = text.Length / 2;
            await socket.SendAsync(Encoding.Latin1.GetBytes(text[..half]), WebSocketMessageType.Text, false, CancellationToken.None);
            await socket.SendAsync(Encoding.Latin1.GetBytes(text[half..]), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        return Encoding.Latin1.GetString(written.ToArray());
    }

    /// <summary>Takes what is written; nothing is ever there to read.</summary>
    private sealed class WrittenStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }
}
