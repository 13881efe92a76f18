using System.Text;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>Heads that are larger than any head: refused with the status for it, never buffered, never forwarded.</summary>
public sealed class HeadTests(ITestOutputHelper output)
{
    private const string Start = $"GET /x HTTP/1.1\r\nHost: h\r\nX-Key: {Siege.Canary}\r\n";

    private static readonly byte[] Letters = [.. Enumerable.Repeat((byte)'a', 64 << 10)];

    [Fact]
    public async Task Request_heads_without_end_are_refused_and_forgotten()
    {
        await using var siege = await Siege.StartAsync(output);

        Assert.Equal(431, await OverflowAsync(siege, Start, Encoding.ASCII.GetBytes("a: b\r\n"), 100_000 * 6));
        Assert.Equal(431, await OverflowAsync(siege, Start, Encoding.ASCII.GetBytes($"x-{new string('n', 100)}: {new string('v', 400)}\r\n"), Scale.Of(64L << 20, 1L << 30)));
        Assert.Equal(431, await OverflowAsync(siege, Start + "x: ", Letters, Scale.Of(64L << 20, 1L << 30)));
        Assert.Equal(431, await OverflowAsync(siege, Start, Letters, Scale.Of(64L << 20, 1L << 30)));
        Assert.Equal(414, await OverflowAsync(siege, "GET /", Letters, Scale.Of(64L << 20, 1L << 30)));
        Assert.Contains(await OverflowAsync(siege, "", Letters, Scale.Of(64L << 20, 1L << 30)), new[] { 400, 414 });

        await siege.EndAsync("request heads without end");
        Assert.Empty(siege.Target.Heads);
    }

    [Fact]
    public async Task Response_heads_without_end_are_answered_with_502()
    {
        var heads = new Dictionary<string, (string Start, byte[] Block)>
        {
            ["/many"] = ("HTTP/1.1 200 OK\r\n", Encoding.ASCII.GetBytes("a: b\r\n")),
            ["/large"] = ("HTTP/1.1 200 OK\r\n", Encoding.ASCII.GetBytes($"x-{new string('n', 100)}: {new string('v', 400)}\r\n")),
            ["/line"] = ("HTTP/1.1 200 OK\r\nx: ", Letters),
            ["/reason"] = ("HTTP/1.1 200 ", Letters),
            ["/garbage"] = ("", Letters),
        };
        await using var siege = await Siege.StartAsync(output, async agent =>
        {
            var path = (await agent.ReadHeadAsync())!.Split(' ')[1];
            await agent.SendAsync(heads[path].Start);
            await agent.SendManyAsync(heads[path].Block, Scale.Of(64L << 20, 1L << 30));
        });

        foreach (var path in heads.Keys)
        {
            var (status, body) = await siege.AskAsync($"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.Equal((path, 502), (path, status));
            Assert.StartsWith("k8srecorder: ", body, StringComparison.Ordinal);
        }

        var records = await siege.EndAsync("response heads without end");
        var answers = records.Where(record => Siege.Text(record, "kind") == "http.response" && Siege.Text(record, "origin") == "recorder").ToList();
        Assert.Equal(heads.Count, answers.Count);
        Assert.All(answers, answer => Assert.Contains("answer", Siege.Text(answer, "error"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Large_heads_are_forgotten_while_their_connections_idle()
    {
        await using var siege = await Siege.StartAsync(output);
        var head = $"GET /large HTTP/1.1\r\nHost: h\r\n{string.Concat(Enumerable.Repeat($"x: {new string('v', 2000)}\r\n", 120))}\r\n";
        var peers = new List<RawPeer>();
        try
        {
            for (var i = 0; i < Scale.Of(300, 3000); i++)
            {
                peers.Add(await siege.AttackAsync());
                await peers[^1].SendAsync(head);
                Assert.Equal((200, "GET /large "), await peers[^1].ReadAnswerAsync());
            }
            await siege.EndAsync($"{peers.Count} connections that idle after a head of {head.Length >> 10} KiB", maxMegabytes: Scale.Of(160, 200)); // all heads together: 70, 700
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }
    }

    /// <summary>Sends without end while reading the answer; its status, 0 where the connection just ended.</summary>
    internal static async Task<int> OverflowAsync(Siege siege, string start, byte[] block, long total)
    {
        using var peer = await siege.AttackAsync();
        await peer.SendAsync(start);
        using var stop = new CancellationTokenSource();
        var sending = peer.SendManyAsync(block, total, stop.Token);
        var (status, _) = await peer.ReadAnswerAsync();
        if (!Scale.IsFull) // else it sends on until it is thrown out
            await stop.CancelAsync();
        await sending;
        return status;
    }
}
