using System.Text;
using K8sRecorder.Testing.Http2;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>
/// A byte at a time, with a wait before each: heads, bodies, answers and readers. In <c>make test</c> the waits are short; in
/// <c>make soak-hostile</c> they are a second, so that a head takes longer than it may.
/// </summary>
public sealed class SlowTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(Scale.Of(5, 1000));

    private static readonly string Slow = $"{Siege.Canary} and what is behind it";

    [Fact]
    public async Task Peers_of_one_byte_at_a_time_hold_nobody_up()
    {
        var count = Scale.Of(20, 500);
        await using var siege = await Siege.StartAsync(output, ServeAsync);
        var before = ProcessFigures.Sockets(siege.Sidecar.Process.Id);

        var peers = new List<Task<string>>();
        for (var i = 0; i < count; i++)
        {
            peers.Add(HeadAsync(siege));
            peers.Add(Http2HeadAsync(siege));
            peers.Add(BodyAsync(siege));
            peers.Add(AnswerAsync(siege));
            peers.Add(RawAsync(siege));
        }
        var ends = (await Task.WhenAll(peers)).CountBy(end => end).Select(end => $"{end.Value} {end.Key}").Order();

        var head = Scale.IsFull ? "head 408 k8srecorder: the request's head did not come in time" : "head 200 ok";
        Assert.Equal([$"{count} HTTP/2 True", $"{count} body (200, ok)", $"{count} {head}", $"{count} late (200, {Slow})", $"{count} raw (200, ok)"], ends);
        // the client of HTTP/2 exchanges keeps its connections to the target for a minute
        await ConnectionTests.UntilSocketsAsync(siege, before + count + 16);
        await siege.EndAsync($"{peers.Count} peers of one byte every {Pace.TotalMilliseconds:0} ms");
    }

    /// <summary>A head of ninety bytes: a second each is longer than it may take.</summary>
    private static async Task<string> HeadAsync(Siege siege)
    {
        using var agent = await siege.AttackAsync();
        var answer = agent.ReadAnswerAsync();
        await DripAsync(agent, $"GET /fast HTTP/1.1\r\nHost: h\r\nX-Key: {Siege.Canary}\r\n\r\n");
        var (status, words) = await answer;
        return $"head {status} {words.Trim()}";
    }

    private static async Task<string> Http2HeadAsync(Siege siege)
    {
        using var agent = await siege.AttackAsync();
        await DripAsync(agent, Encoding.Latin1.GetString(Http2Frames.Agent().Get(1, "/fast").Bytes.Span));
        return $"HTTP/2 {await agent.ReceiveAsync()}";
    }

    /// <summary>A body may take as long as it likes.</summary>
    private static async Task<string> BodyAsync(Siege siege)
    {
        using var agent = await siege.AttackAsync();
        await agent.SendAsync("POST /fast HTTP/1.1\r\nHost: h\r\nContent-Length: 90\r\n\r\n");
        await DripAsync(agent, new string('b', 90));
        return $"body {await agent.ReadAnswerAsync()}";
    }

    /// <summary>And so may an answer, head and body.</summary>
    private static async Task<string> AnswerAsync(Siege siege)
    {
        using var agent = await siege.AttackAsync();
        await agent.SendAsync("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
        return $"late {await agent.ReadAnswerAsync()}";
    }

    private static async Task<string> RawAsync(Siege siege)
    {
        using var agent = await RawPeer.ToAsync(siege.TcpPort);
        await DripAsync(agent, $"GET /fast HTTP/1.1\r\nHost: h\r\nX-Key: {Siege.Canary}\r\n\r\n");
        return $"raw {await agent.ReadAnswerAsync()}";
    }

    private static async Task ServeAsync(RawPeer target)
    {
        while (await target.ReadHeadAsync() is { } head)
        {
            await target.ReadAsync(RawPeer.LengthOf(head));
            var isSlow = head.StartsWith("GET /slow", StringComparison.Ordinal);
            var body = isSlow ? Slow : "ok";
            var answer = $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";
            if (isSlow)
                await DripAsync(target, answer);
            else
                await target.SendAsync(answer);
        }
    }

    /// <summary>Sends a byte at each tick, until the other side wants no more.</summary>
    private static async Task DripAsync(RawPeer peer, string text)
    {
        using var tick = new PeriodicTimer(Pace);
        foreach (var letter in Encoding.Latin1.GetBytes(text))
        {
            try
            {
                await peer.SendAsync(new[] { letter });
            }
            catch (System.Net.Sockets.SocketException)
            {
                return;
            }
            await tick.WaitForNextTickAsync();
        }
    }
}
