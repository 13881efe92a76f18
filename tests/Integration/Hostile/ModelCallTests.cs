using System.Text;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>Model calls and streams made to break whoever parses them: forwarded byte for byte, recorded, and readable with the plugin afterwards.</summary>
public sealed class ModelCallTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Json_bombs_pass_and_can_be_read_back()
    {
        var million = Scale.Of(100_000, 3_000_000);
        var bombs = new Dictionary<string, Func<Stream, Task>>
        {
            ["deep arrays"] = s => WriteAsync(s, "{\"messages\":", ("[", 100_000), ("]", 100_000), ("}", 1)),
            ["deep objects"] = s => WriteAsync(s, "", ("{\"messages\":", 100_000), ("1", 1), ("}", 100_000)),
            ["deep and open"] = s => WriteAsync(s, "{\"messages\":[", ("[{\"a\":", 100_000)),
            ["one long string"] = s => WriteAsync(s, "{\"messages\":[{\"role\":\"user\",\"content\":\"", ("x", Scale.Of(3 << 20, 100 << 20)), ($"{Siege.Canary}\"}}]}}", 1)),
            ["one string of escapes"] = s => WriteAsync(s, "{\"messages\":[{\"role\":\"user\",\"content\":\"", ("\\u0041", million / 2), ("\"}]}", 1)),
            ["string without end"] = s => WriteAsync(s, "{\"messages\":[\"", ("\\\"", million)),
            ["tiny elements"] = s => WriteAsync(s, "{\"messages\":[1", (",1", million), ("]}", 1)),
            ["tiny objects"] = s => WriteAsync(s, "{\"messages\":[{}", (",{}", million), ("]}", 1)),
            ["tiny messages"] = s => WriteAsync(s, "{\"messages\":[0", (",{\"role\":\"user\",\"content\":\"\"}", million / 4), ("]}", 1)),
            ["same key again"] = s => WriteAsync(s, "{\"messages\":[]", (",\"messages\":[{\"role\":\"user\"}]", 20_000), ("}", 1)),
            ["many keys"] = s => WriteAsync(s, "{\"model\":\"m\"", (",\"k\":1", million), ("}", 1)),
            ["long number"] = s => WriteAsync(s, "{\"messages\":[", ("9", million), ("]}", 1)),
            ["not UTF-8"] = s => WriteAsync(s, "{\"messages\":[{\"role\":\"user\",\"content\":\"", ("\u00ff\u00fe\u00c0\u00af\u00ed\u00a0\u0080", 50_000), ("\"}]}", 1)),
            ["lone surrogates"] = s => WriteAsync(s, "{\"messages\":[{\"role\":\"user\",\"content\":\"", ("\\ud800", 50_000), ("\"}]}", 1)),
            ["NULs"] = s => WriteAsync(s, "{\"messages\":[\"", ("\0", million), ("\"]}", 1)),
            ["no JSON"] = s => WriteAsync(s, "}}}]]]", (",:\"{[", 100_000)),
        };
        await using var siege = await Siege.StartAsync(output, AnswerLengthAsync);

        foreach (var (name, write) in bombs)
        {
            using var body = new MemoryStream();
            await write(body);
            using var agent = await siege.AttackAsync();
            await agent.SendAsync($"POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
            await agent.SendAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
            Assert.Equal((name, 200, $"{body.Length}"), (name, (await agent.ReadAnswerAsync()) is var answer ? answer.Status : 0, answer.Body));
        }

        await siege.EndAsync($"{bombs.Count} JSON bombs");
        await ReadBackAsync(siege);
    }

    [Fact]
    public async Task Broken_streams_pass_and_can_be_read_back()
    {
        var long_ = Scale.Of(3L << 20, 1L << 30);
        var most = Scale.Of(256L << 10, 1L << 20);
        var streams = new (string Type, string Start, byte[] Block, long Length)[]
        {
            ("text/event-stream", "data: ", Bytes("x"), long_),
            ("text/event-stream", "data: {\"delta\":\"", Bytes($"a {Siege.Canary} b"), most),
            ("text/event-stream", "", Bytes("data: \n"), most),
            ("text/event-stream", "", Bytes(":\n\n"), most),
            ("text/event-stream", "", Bytes("id: 1\rdata: {\"choices\":[{\"delta\":{\"content\":\"sk-ant-\"}}]}\r\r"), most),
            ("text/event-stream", "", Bytes("\r\n"), most),
            ("text/event-stream", "", Bytes("data: [DONE]\n\n"), most),
            ("application/x-ndjson", "", Bytes("{\"message\":{\"content\":\"\\ud800\"}}\n"), most),
            ("application/vnd.amazon.eventstream", "", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], most),
            ("application/vnd.amazon.eventstream", "", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], most),
            ("application/vnd.amazon.eventstream", "", [0, 0, 0, 16, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], most),
            ("application/vnd.amazon.eventstream", "", [0, 0xff, 0, 0, 0, 0xff, 0, 0], most),
        };
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            while (await target.ReadHeadAsync() is { } head)
            {
                var (type, start, block, length) = streams[int.Parse(head.Split(' ')[1][1..], null)];
                await target.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {start.Length + length}\r\n\r\n{start}");
                await target.SendManyAsync(Repeat(block, 64 << 10), length);
            }
        });

        for (var i = 0; i < streams.Length; i++)
        {
            using var agent = await siege.AttackAsync();
            await agent.SendAsync($"GET /{i} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            Assert.NotNull(await agent.ReadHeadAsync());
            Assert.Equal((i, streams[i].Start.Length + streams[i].Length), (i, await agent.DrainAsync(streams[i].Start.Length + streams[i].Length)));
        }

        await siege.EndAsync($"{streams.Length} broken streams");
        await ReadBackAsync(siege);
    }

    [Fact]
    public async Task Text_made_for_the_masker_passes()
    {
        var texts = new[]
        {
            "secret=", "password: ", "token='", "secret=\"a secret='b secret=`c ", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n", "eyJhbGciOi.", "bearer ",
            "a://b:", "4111 1111 1111 1112 ", "ghs_", "ya29.", "sk-ant-", "%73%65%63%72%65%74%3D", "\\u0073ecret=", "\\\\\\\\\\\\n",
            "c2VjcmV0PWFzZGZnaGprbHNlY3JldD1hc2RmZ2hqa2w", "sk_live_a1b2c3d4e5 ", "pwd=x1!aa ", Siege.Canary + " ",
        };
        var size = (int)Scale.Of(128L << 10, 4L << 20);
        await using var siege = await Siege.StartAsync(output, AnswerLengthAsync);

        foreach (var type in new[] { "text/plain", "application/json", "text/event-stream", "application/x-www-form-urlencoded" })
        {
            using var agent = await siege.AttackAsync();
            foreach (var text in texts)
            {
                await agent.SendAsync($"POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: {type}\r\nContent-Length: {size}\r\n\r\n");
                await agent.SendAsync(Repeat(Bytes(text), size));
                Assert.Equal((text, 200, $"{size}"), (text, (await agent.ReadAnswerAsync()) is var answer ? answer.Status : 0, answer.Body));
            }
        }

        await siege.EndAsync($"{4 * texts.Length} texts made for the masker, {size >> 10} KiB each");
    }

    [Fact]
    public async Task Run_labels_by_the_thousand_stop_at_the_bound()
    {
        var count = Scale.Of(1500, 10_000);
        await using var siege = await Siege.StartAsync(output);

        using var agent = await siege.AttackAsync();
        for (var i = 0; i < count; i++)
        {
            var value = i % 3 == 0 ? new string('x', 4000) + i : i % 3 == 1 ? $"run-{i} {Siege.Canary}" : $"run-{i}";
            await agent.SendAsync($"GET /{i} HTTP/1.1\r\nHost: h\r\nX-Agent-Run: {value}\r\n\r\n");
            Assert.Equal((200, $"GET /{i} "), await agent.ReadAnswerAsync());
        }

        var records = await siege.EndAsync($"{count} run labels");
        Assert.InRange(records.Count(record => record.TryGetProperty("run", out _)), 1, 1024);
        await ReadBackAsync(siege);
    }

    /// <summary>The plugin reads what was recorded: it ends, and in order.</summary>
    private static async Task ReadBackAsync(Siege siege)
    {
        foreach (var verb in new[] { "list", "log" })
        {
            var (exitCode, text) = await PluginProcess.RunAsync(siege.Sidecar.Store, verb == "list" ? [verb] : [verb, siege.Session]);
            Assert.True(exitCode == 0, $"{verb}: {exitCode} {text[..Math.Min(text.Length, 2000)]}");
            Assert.DoesNotContain(Siege.Canary, text, StringComparison.Ordinal);
        }
    }

    /// <summary>Reads a body, forgets it, and answers with its length.</summary>
    private static async Task AnswerLengthAsync(RawPeer agent)
    {
        while (await agent.ReadHeadAsync() is { } head)
        {
            var length = RawPeer.LengthOf(head);
            await agent.SkipAsync(length);
            await agent.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {$"{length}".Length}\r\n\r\n{length}");
        }
    }

    private static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    private static byte[] Repeat(byte[] block, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length; at += block.Length)
            block.AsSpan(0, Math.Min(block.Length, length - at)).CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    private static async Task WriteAsync(Stream to, string start, params (string Text, int Times)[] pieces)
    {
        await to.WriteAsync(Bytes(start));
        foreach (var (text, times) in pieces)
            await to.WriteAsync(Repeat(Bytes(text), text.Length * times));
    }
}
