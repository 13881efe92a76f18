using System.Text;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>Messages that never end and peers that never read: whoever sends is slowed by whoever does not read, and nothing piles up between.</summary>
public sealed class EndlessTests(ITestOutputHelper output)
{
    // Both kernels' socket buffers, on both sides, grown as far as they grow on loopback.
    internal const long MostInFlight = 48 << 20;

    internal static readonly byte[] Text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"a line of text with {Siege.Canary} in it\n", 1000)));

    [Theory]
    [MemberData(nameof(Scale.Modes), MemberType = typeof(Scale))]
    public async Task Response_that_never_ends_is_passed_on_until_its_reader_leaves(string mode)
    {
        var wanted = Scale.Of(64L << 20, 2L << 30);
        var left = new TaskCompletionSource();
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            await target.ReadHeadAsync();
            await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
            await target.SendManyAsync(Text, long.MaxValue);
            left.TrySetResult();
        }, mode);

        using (var agent = await siege.AttackAsync())
        {
            await agent.SendAsync("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.True(await agent.DrainAsync(wanted) >= wanted);
        }
        await left.Task.WaitAsync(TimeSpan.FromSeconds(60));

        var records = await siege.EndAsync($"response without end, {wanted >> 20} MB of it");
        siege.AssertRecorded(records, record => Siege.Text(record, "kind") == "truncated" && Siege.Text(record, "of") == "http.response");
        siege.AssertRecorded(records, record => Siege.Text(record, "cut") is "limit" or "clientAborted");
    }

    [Theory]
    [MemberData(nameof(Scale.Modes), MemberType = typeof(Scale))]
    public async Task Agent_that_never_reads_stops_its_target_and_nobody_else(string mode)
    {
        long sent = 0;
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            await target.ReadHeadAsync();
            await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
            while (Interlocked.Read(ref sent) < 1 << 30)
                Interlocked.Add(ref sent, await target.Socket.SendAsync(Text));
        }, mode);

        using var agent = await RawPeer.ToAsync(siege.Port, receiveBuffer: 4096);
        await agent.SendAsync("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
        var stuckAt = await UntilStuckAsync(siege, () => Interlocked.Read(ref sent));
        Assert.InRange(stuckAt, 1, MostInFlight);
        agent.Reset();

        var records = await siege.EndAsync($"agent that never reads, target stopped after {stuckAt >> 10} KiB");
        siege.AssertRecorded(records, record => Siege.Text(record, "kind").StartsWith("http.response", StringComparison.Ordinal) && Siege.Text(record, "cut") == "clientAborted");
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        var count = Scale.Of(1000, 20_000);
        await using var siege = await Siege.StartAsync(output);

        using (var agent = await siege.AttackAsync())
        {
            var all = new StringBuilder();
            for (var i = 0; i < count; i++)
                all.Append($"GET /{i} HTTP/1.1\r\nHost: h\r\n\r\n");
            var sending = agent.SendAsync(all.ToString());
            for (var i = 0; i < count; i++)
                Assert.Equal((200, $"GET /{i} "), await agent.ReadAnswerAsync());
            await sending;
        }
        using (var silent = await RawPeer.ToAsync(siege.Port, receiveBuffer: 4096))
        {
            // one that asks and asks and never reads an answer
            using var stop = new CancellationTokenSource();
            var asking = silent.SendManyAsync(Encoding.ASCII.GetBytes($"GET /{new string('x', 8000)} HTTP/1.1\r\nHost: h\r\n\r\n"), 1L << 30, stop.Token);
            await UntilStuckAsync(siege, () => siege.Target.Heads.Count);
            await stop.CancelAsync();
            await asking;
            silent.Reset();
        }

        await siege.EndAsync($"{count} pipelined requests");
    }

    /// <summary>Waits until a counter stands still while the neighbour gets two hundred answers; where it stands.</summary>
    internal static async Task<long> UntilStuckAsync(Siege siege, Func<long> counter)
    {
        while (true)
        {
            var before = counter();
            await siege.Neighbour.PassAsync(100);
            if (before > 0 && counter() == before)
                return before;
        }
    }
}
