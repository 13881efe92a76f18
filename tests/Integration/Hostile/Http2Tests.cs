using System.Buffers.Binary;
using System.Text;
using K8sRecorder.Testing.Http2;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>HTTP/2 that is none, and HTTP/2 that is only work: the connection ends or goes on, everybody else is served, and nothing piles up.</summary>
public sealed class Http2Tests(ITestOutputHelper output)
{
    [Fact]
    public async Task Malformed_frames_end_their_connection()
    {
        var rows = new Dictionary<string, Http2Frames>
        {
            ["frame larger than agreed"] = Http2Frames.Agent().Frame(Http2Frames.Data, 0, 1, new byte[1 << 20]),
            ["length that lies"] = Http2Frames.Agent().Frame(Http2Frames.Data, 0, 1, [], length: 0xffffff),
            ["data on no stream"] = Http2Frames.Agent().Frame(Http2Frames.Data, 0, 0, [1]),
            ["data on an idle stream"] = Http2Frames.Agent().Frame(Http2Frames.Data, 0, 1, [1]),
            ["headers on no stream"] = Http2Frames.Agent().Frame(Http2Frames.Headers, Http2Frames.EndHeaders, 0, Http2Frames.Fields((":method", "GET"))),
            ["headers on an even stream"] = Http2Frames.Agent().Get(2, "/x"),
            ["stream that was before"] = Http2Frames.Agent().Get(5, "/x").Get(3, "/y"),
            ["continuation of nothing"] = Http2Frames.Agent().Frame(Http2Frames.Continuation, 0, 1, [0]),
            ["other frame inside of headers"] = Http2Frames.Agent().Frame(Http2Frames.Headers, 0, 1, [0]).Frame(Http2Frames.Ping, 0, 0, new byte[8]),
            ["index beyond the table"] = Http2Frames.Agent().Frame(Http2Frames.Headers, Http2Frames.EndHeaders, 1, [0xff, 0xff, 0xff, 0xff, 0x0f]),
            ["integer without end"] = Http2Frames.Agent().Frame(Http2Frames.Headers, Http2Frames.EndHeaders, 1, [.. Enumerable.Repeat((byte)0xff, 100)]),
            ["text longer than its block"] = Http2Frames.Agent().Frame(Http2Frames.Headers, Http2Frames.EndHeaders, 1, [0, 0x7f, 0xff, 0xff, 0x7f]),
            ["Huffman that is none"] = Http2Frames.Agent().Frame(Http2Frames.Headers, Http2Frames.EndHeaders, 1, [0, 0x84, 0xff, 0xff, 0xff, 0xff, 1, (byte)'x']),
            ["table size beyond the bound"] = Http2Frames.Agent().Frame(Http2Frames.Headers, Http2Frames.EndHeaders, 1, [0x3f, 0xff, 0xff, 0xff, 0x07]),
            ["settings of odd length"] = Http2Frames.Agent().Frame(Http2Frames.Settings, 0, 0, [0, 1, 0]),
            ["settings on a stream"] = Http2Frames.Agent().Frame(Http2Frames.Settings, 0, 1, []),
            ["acknowledgement with a payload"] = Http2Frames.Agent().Frame(Http2Frames.Settings, Http2Frames.Ack, 0, new byte[6]),
            ["window beyond 31 bits by settings"] = Http2Frames.Agent().Frame(Http2Frames.Settings, 0, 0, [0, 4, 0xff, 0xff, 0xff, 0xff]),
            ["window of nothing"] = Http2Frames.Agent().Number(Http2Frames.WindowUpdate, 0, 0),
            ["window beyond 31 bits"] = Http2Frames.Agent().Number(Http2Frames.WindowUpdate, 0, int.MaxValue).Number(Http2Frames.WindowUpdate, 0, int.MaxValue),
            ["ping of seven"] = Http2Frames.Agent().Frame(Http2Frames.Ping, 0, 0, new byte[7]),
            ["reset of an idle stream"] = Http2Frames.Agent().Number(Http2Frames.Reset, 7, 8),
            ["garbage"] = Http2Frames.Agent().Raw(Encoding.ASCII.GetBytes(new string('x', 4000))),
        };
        await using var siege = await Siege.StartAsync(output);
        var open = new List<string>();

        foreach (var (name, frames) in rows)
        {
            using var agent = await siege.AttackAsync();
            _ = await agent.SendManyAsync(frames.Bytes, frames.Bytes.Length);
            if (!await EndsAsync(agent))
                open.Add(name);
        }

        Assert.Empty(open);
        await siege.EndAsync($"{rows.Count} malformed HTTP/2 connections");
    }

    [Fact]
    public async Task Malformed_requests_reset_their_stream_and_are_not_forwarded()
    {
        (string, string)[] good = [(":method", "GET"), (":scheme", "http"), (":authority", "h")];
        var rows = new Dictionary<string, (string, string)[]>
        {
            ["upper case"] = [.. good, (":path", "/hidden"), ("X-Upper", "y")],
            ["no path"] = good,
            ["two paths"] = [.. good, (":path", "/hidden"), (":path", "/other")],
            ["unknown pseudo field"] = [.. good, (":path", "/hidden"), (":odd", "x")],
            ["pseudo field behind a field"] = [.. good, ("x", "y"), (":path", "/hidden")],
            ["connection field"] = [.. good, (":path", "/hidden"), ("connection", "close")],
            ["line feed in a value"] = [.. good, (":path", "/hidden"), ("x", "a\r\nTransfer-Encoding: chunked")],
            ["NUL in a value"] = [.. good, (":path", "/hidden"), ("x", "a\0b")],
            ["line feed in the path"] = [.. good, (":path", "/hidden HTTP/1.1\r\nHost: x\r\n\r\nGET /hidden")],
            ["blank in the path"] = [.. good, (":path", "/hidden HTTP/1.1")],
            ["method that is none"] = [(":method", "GET /hidden"), (":scheme", "http"), (":authority", "h"), (":path", "/x")],
            ["head of 300 KiB"] = [.. good, (":path", "/hidden"), .. Enumerable.Range(0, 300).Select(i => ($"x{i}", new string('v', 1000)))],
            ["1,500 fields"] = [.. good, (":path", "/hidden"), .. Enumerable.Range(0, 1500).Select(i => ($"x{i}", "v"))],
        };
        await using var siege = await Siege.StartAsync(output);

        foreach (var (name, fields) in rows)
        {
            using var agent = await siege.AttackAsync();
            var block = Http2Frames.Fields(fields);
            var frames = Http2Frames.Agent().Frame(Http2Frames.Headers, (byte)(Http2Frames.EndStream | (block.Length <= 16000 ? Http2Frames.EndHeaders : 0)), 1, block.AsSpan(0, Math.Min(16000, block.Length)));
            for (var at = 16000; at < block.Length; at += 16000)
                frames.Frame(Http2Frames.Continuation, at + 16000 >= block.Length ? Http2Frames.EndHeaders : (byte)0, 1, block.AsSpan(at, Math.Min(16000, block.Length - at)));
            // an answer to a ping behind it says that the request was looked at
            frames.Frame(Http2Frames.Ping, 0, 0, "pingpong"u8);
            _ = await agent.SendManyAsync(frames.Bytes, frames.Bytes.Length);
            Assert.True(await SeesAsync(agent, Http2Frames.Ping), name);
        }

        Assert.DoesNotContain(siege.Target.Heads, head => head.Contains("/hidden", StringComparison.Ordinal) || head.Contains("Transfer-Encoding", StringComparison.OrdinalIgnoreCase));
        await siege.EndAsync($"{rows.Count} malformed HTTP/2 requests");
    }

    [Fact]
    public async Task Floods_are_survived()
    {
        var count = Scale.Of(10_000, 200_000);
        var reset = Http2Frames.Agent();
        for (var i = 0; i < 10_000; i++)
            reset.Get(1 + (2 * i), $"/{i}").Number(Http2Frames.Reset, 1 + (2 * i), 8);
        var floods = new Dictionary<string, (ReadOnlyMemory<byte> Start, ReadOnlyMemory<byte> Block)>
        {
            ["rapid reset"] = (reset.Bytes, ReadOnlyMemory<byte>.Empty),
            ["settings"] = (Http2Frames.Agent().Bytes, new Http2Frames().Frame(Http2Frames.Settings, 0, 0, []).Bytes),
            ["pings"] = (Http2Frames.Agent().Bytes, new Http2Frames().Frame(Http2Frames.Ping, 0, 0, new byte[8]).Bytes),
            ["empty data"] = (Http2Frames.Agent().Frame(Http2Frames.Headers, Http2Frames.EndHeaders, 1, Http2Frames.Fields((":method", "POST"), (":scheme", "http"), (":authority", "h"), (":path", "/x"))).Bytes, new Http2Frames().Frame(Http2Frames.Data, 0, 1, []).Bytes),
            ["continuation"] = (Http2Frames.Agent().Frame(Http2Frames.Headers, 0, 1, Http2Frames.Fields((":method", "GET"))).Bytes, new Http2Frames().Frame(Http2Frames.Continuation, 0, 1, Http2Frames.Fields(("x", Siege.Canary))).Bytes),
            ["empty continuation"] = (Http2Frames.Agent().Frame(Http2Frames.Headers, 0, 1, Http2Frames.Fields((":method", "GET"))).Bytes, new Http2Frames().Frame(Http2Frames.Continuation, 0, 1, []).Bytes),
            ["window of one byte"] = (Http2Frames.Agent().Bytes, new Http2Frames().Number(Http2Frames.WindowUpdate, 0, 1).Bytes),
            ["unknown frames"] = (Http2Frames.Agent().Bytes, new Http2Frames().Frame(0xfa, 0xff, 0, new byte[100]).Bytes),
            ["priority"] = (Http2Frames.Agent().Bytes, new Http2Frames().Frame(2, 0, 1, new byte[5]).Bytes),
        };
        await using var siege = await Siege.StartAsync(output);

        foreach (var (name, (start, block)) in floods)
        {
            // never reads: what is answered to a flood must not be kept for it either
            using var agent = await RawPeer.ToAsync(siege.Port, receiveBuffer: 4096);
            using var patience = new CancellationTokenSource();
            var flooding = FloodAsync(agent, start, block, (long)block.Length * count, patience.Token);
            await siege.Neighbour.PassAsync(30);
            await patience.CancelAsync();
            await flooding;
            agent.Reset();
            Assert.False(siege.Sidecar.Process.HasExited, name);
        }

        await siege.EndAsync($"{floods.Count} HTTP/2 floods of {count}");
    }

    [Fact]
    public async Task Streams_that_never_end_and_windows_that_never_open_hold_nobody_else()
    {
        var connections = Scale.Of(5, 50);
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            await target.ReadHeadAsync();
            await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
            await target.SendManyAsync(EndlessTests.Text, 1 << 20);
            await target.DrainAsync();
        });
        var agents = new List<RawPeer>();

        for (var i = 0; i < connections; i++)
        {
            var agent = await siege.AttackAsync();
            agents.Add(agent);
            // a window of one byte a stream, half of them with a body that never ends
            var frames = Http2Frames.Agent().Frame(Http2Frames.Settings, 0, 0, [0, 4, 0, 0, 0, 1]);
            for (var stream = 1; stream < 40; stream += 2)
            {
                if (stream % 4 == 1)
                    frames.Get(stream, $"/{stream}");
                else
                    frames.Frame(Http2Frames.Headers, Http2Frames.EndHeaders, stream, Http2Frames.Fields((":method", "POST"), (":scheme", "http"), (":authority", "h"), (":path", "/open")));
            }
            await agent.SendAsync(frames.Bytes);
        }
        await siege.Neighbour.PassAsync(200);
        foreach (var agent in agents)
            agent.Reset();

        // each of a thousand streams holds a piece: the forwarder's, Kestrel's, its masked text
        await siege.EndAsync($"{connections} HTTP/2 connections of 20 streams that hang", Scale.IsFull ? 320 : null);
    }

    [Fact]
    public async Task Heads_that_grow_out_of_their_table_are_not_held_without_bound()
    {
        // a hundred bytes on the wire are 58 or 234 KiB of fields each, and the target answers none of them
        var connections = Scale.Of(8, 40);
        const int Streams = 128;
        var over = new TaskCompletionSource();
        await using var siege = await Siege.StartAsync(output, target => over.Task);
        var agents = new List<RawPeer>();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                var agent = await siege.AttackAsync();
                agents.Add(agent);
                var grown = Http2Frames.Fields((":method", "GET"), (":scheme", "http"), (":authority", "h"), (":path", "/grown"));
                var frames = Http2Frames.Agent().Frame(
                    Http2Frames.Headers, Http2Frames.EndStream | Http2Frames.EndHeaders, 1, [.. grown, .. Http2Frames.IndexedField("x", new string('v', 3900))]);
                for (var stream = 1; stream <= Streams; stream++)
                    frames.Frame(Http2Frames.Headers, Http2Frames.EndStream | Http2Frames.EndHeaders, (2 * stream) + 1, [.. grown, .. Enumerable.Repeat(Http2Frames.FirstOfTable, i % 2 == 0 ? 15 : 60)]);
                await agent.SendAsync(frames.Frame(Http2Frames.Ping, 0, 0, "pingpong"u8).Bytes);
                Assert.True(await SeesAsync(agent, Http2Frames.Ping));
            }
            await siege.Neighbour.PassAsync(50);
        }
        finally
        {
            over.SetResult();
            foreach (var agent in agents)
                agent.Dispose();
        }

        // Kestrel has made them before we are asked; bounded a connection, and given back.
        await siege.EndAsync($"{connections * Streams} heads of 58 or 234 KiB out of a table", Scale.IsFull ? 640 : null);
    }

    [Fact]
    public async Task Target_that_floods_in_http_2_is_an_answer_that_is_none()
    {
        var floods = new[]
        {
            new Http2Frames().Frame(Http2Frames.Settings, 0, 0, []).Frame(Http2Frames.GoAway, 0, 0, new byte[8]),
            new Http2Frames().Frame(Http2Frames.Settings, 0, 0, []).Frame(Http2Frames.Ping, 0, 0, new byte[8]),
            new Http2Frames().Frame(Http2Frames.Settings, 0, 0, []).Frame(Http2Frames.Headers, 0, 1, Http2Frames.Fields((":status", "200"))),
            new Http2Frames().Frame(Http2Frames.Settings, 0, 0, []).Frame(Http2Frames.Headers, Http2Frames.EndHeaders, 1, [0xff, 0xff, 0xff, 0xff, 0x0f]),
            new Http2Frames().Frame(Http2Frames.Settings, 0, 0, []).Frame(Http2Frames.Data, 0, 1, [], length: 0xffffff),
            new Http2Frames().Frame(Http2Frames.Settings, 0, 0, []).Raw(new byte[9]),
        };
        var next = 0;
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            var flood = floods[Interlocked.Increment(ref next) / 4 % floods.Length].Bytes;
            if (await target.ReceiveAsync())
                await target.SendManyAsync(flood, (long)flood.Length * 2000);
        });

        for (var i = 0; i < 4 * floods.Length; i++)
        {
            using var agent = await siege.AttackAsync();
            await agent.SendAsync(Http2Frames.Agent().Get(1, $"/{i}").Frame(Http2Frames.Ping, 0, 0, "pingpong"u8).Bytes);
            Assert.True(await SeesAsync(agent, Http2Frames.Headers, Http2Frames.Reset), $"{i}");
        }

        await siege.EndAsync($"{4 * floods.Length} HTTP/2 targets that flood");
    }

    private static async Task FloodAsync(RawPeer agent, ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> block, long total, CancellationToken stop)
    {
        await agent.SendManyAsync(start, start.Length, stop);
        if (block.Length == 0)
            return;
        var many = new byte[block.Length * 500];
        for (var i = 0; i < 500; i++)
            block.CopyTo(many.AsMemory(i * block.Length));
        await agent.SendManyAsync(many, total, stop);
    }

    /// <summary>Whether the other side ended the connection, or said GOAWAY.</summary>
    private static Task<bool> EndsAsync(RawPeer agent) => SeesAsync(agent, Http2Frames.GoAway);

    /// <summary>Reads frames until one of these types comes (or GOAWAY, or the end), at most a thousand; whether it came.</summary>
    private static async Task<bool> SeesAsync(RawPeer agent, params byte[] types)
    {
        for (var i = 0; i < 1000; i++)
        {
            var head = Encoding.Latin1.GetBytes(await agent.ReadAsync(9));
            if (head.Length < 9 || head[3] == Http2Frames.GoAway)
                return true;
            await agent.ReadAsync((int)(BinaryPrimitives.ReadUInt32BigEndian(head) >> 8));
            if (types.Contains(head[3]) && (head[3] != Http2Frames.Ping || head[4] == Http2Frames.Ack))
                return true;
        }
        return false;
    }
}
