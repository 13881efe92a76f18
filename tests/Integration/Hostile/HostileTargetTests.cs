using System.Text;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>Targets that do not answer as they should: 502 where nothing of the answer is out, else the agent sees the break, and the recording says so.</summary>
public sealed class HostileTargetTests(ITestOutputHelper output)
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    private static readonly (string Name, string Answer)[] Refused =
    [
        ("nothing", ""),
        ("garbage", "\u0001\u0002\u0003garbage\r\n\r\n"),
        ("another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        ("TLS alert", "\u0015\u0003\u0003\0\u0002\u0002\u0028\r\n\r\n"),
        ("half a head", "HTTP/1.1 200 OK\r\nContent-Le"),
        ("four digits of status", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
        ("two digits of status", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"),
        ("status that is none", "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n"),
        ("status below 100", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"),
        ("unknown version", "HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ("version of shoutcast", "ICY 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ("two lengths", $"{Ok}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        ("length and chunked", $"{Ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("negative length", $"{Ok}Content-Length: -1\r\n\r\n"),
        ("length beyond 64 bits", $"{Ok}Content-Length: 99999999999999999999\r\n\r\n"),
        ("unknown transfer coding", $"{Ok}Transfer-Encoding: gzip\r\n\r\n"),
        ("no colon", $"{Ok}X\r\nContent-Length: 0\r\n\r\n"),
        ("folded line", $"{Ok}X: y\r\n z\r\nContent-Length: 0\r\n\r\n"),
        ("blank before the colon", $"{Ok}Content-Length : 0\r\n\r\n"),
        ("NUL in a value", $"{Ok}X: a\0b\r\nContent-Length: 0\r\n\r\n"),
        ("bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        ("bare carriage return", $"{Ok}X: a\rY: b\r\nContent-Length: 0\r\n\r\n"),
        ("upgrade that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nhidden"),
        ("interim answers and no answer", string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 10))),
    ];

    // The good beginning is with the agent already, or it may be a 502.
    private static readonly (string Name, string Answer)[] Cut =
    [
        ("length too long", $"{Ok}Content-Length: 10\r\n\r\nabc"),
        ("chunk too long", $"{Ok}Transfer-Encoding: chunked\r\n\r\nff\r\nabc"),
        ("chunk size that is none", $"{Ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\n"),
        ("chunk size beyond 64 bits", $"{Ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10000000000000000\r\n"),
        ("chunk without its line end", $"{Ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabcabc"),
        ("no last chunk", $"{Ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
        ("no end of the trailers", $"{Ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n"),
        ("framing in a trailer", $"{Ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n"),
    ];

    [Fact]
    public async Task Answer_that_is_none_is_answered_with_502_and_its_cause_is_recorded()
    {
        await using var siege = await Siege.StartAsync(output, target => AnswerAsync(target, Refused));
        var wrong = new List<string>();

        for (var i = 0; i < Refused.Length; i++)
        {
            foreach (var way in new[] { "close", "reset" })
            {
                var (status, body) = await siege.AskAsync($"GET /{i}/{way} HTTP/1.1\r\nHost: h\r\n\r\n");
                if (status != 502 || !body.StartsWith("k8srecorder: ", StringComparison.Ordinal))
                    wrong.Add($"{Refused[i].Name}, then {way}: {status} {body}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        var records = await siege.EndAsync($"{Refused.Length} answers that are none");
        Assert.Equal(2 * Refused.Length, records.Count(record => Siege.Text(record, "kind") == "http.response" && Siege.Text(record, "origin") == "recorder"));
    }

    [Fact]
    public async Task Answer_that_breaks_its_framing_breaks_for_the_agent_and_is_recorded_as_cut()
    {
        await using var siege = await Siege.StartAsync(output, target => AnswerAsync(target, Cut));
        var wrong = new List<string>();

        for (var i = 0; i < Cut.Length; i++)
        {
            using var agent = await siege.AttackAsync();
            await agent.SendAsync($"GET /{i}/close HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            var seen = await agent.ReadToEndAsync();
            if (seen.Split("HTTP/1.1 ").Length > 2 || seen.EndsWith("0\r\n\r\n", StringComparison.Ordinal) || (!seen.StartsWith(Ok, StringComparison.Ordinal) && !seen.StartsWith("HTTP/1.1 502", StringComparison.Ordinal)))
                wrong.Add($"{Cut[i].Name}: {seen}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        var records = await siege.EndAsync($"{Cut.Length} answers that break off");
        Assert.Equal(Cut.Length, records.Count(record => Siege.Text(record, "cut") == "targetFailed" || Siege.Text(record, "origin") == "recorder"));
    }

    [Fact]
    public async Task Bytes_behind_an_answer_are_never_the_next_answer()
    {
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            while (await target.ReadHeadAsync() is { } head)
            {
                var body = head.Split(' ')[1];
                await target.SendAsync($"{Ok}Content-Length: {body.Length}\r\n\r\n{body}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
            }
        });

        using var agent = await siege.AttackAsync();
        for (var i = 0; i < 50; i++)
        {
            await agent.SendAsync($"GET /{i} HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.Equal((200, $"/{i}"), await agent.ReadAnswerAsync());
        }

        await siege.EndAsync("bytes behind an answer");
    }

    [Fact]
    public async Task Interim_answers_by_the_thousand_are_passed_on_or_dropped()
    {
        var count = Scale.Of(2000, 100_000);
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            await target.ReadHeadAsync();
            var hint = Encoding.ASCII.GetBytes($"HTTP/1.1 103 Early Hints\r\nX-Key: {Siege.Canary}\r\n\r\n");
            await target.SendManyAsync(hint, (long)hint.Length * count);
            await target.SendAsync($"{Ok}Content-Length: 2\r\n\r\nok");
        });

        Assert.Equal((200, "ok"), await siege.AskAsync("GET /hints HTTP/1.1\r\nHost: h\r\n\r\n"));
        await siege.EndAsync($"{count} interim answers");
    }

    [Fact]
    public async Task Answer_a_byte_at_a_time_arrives_whole()
    {
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            await target.ReadHeadAsync();
            foreach (var b in Encoding.ASCII.GetBytes($"{Ok}Transfer-Encoding: chunked\r\nX-Key: {Siege.Canary}\r\n\r\n40;ext={Siege.Canary}\r\n{Siege.Canary,64}\r\n0\r\nX-T: {Siege.Canary}\r\n\r\n"))
                await target.SendAsync(new[] { b });
        });

        using var agent = await siege.AttackAsync();
        foreach (var b in Encoding.ASCII.GetBytes("GET /slow HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
            await agent.SendAsync(new[] { b });
        Assert.Contains(Siege.Canary, await agent.ReadToEndAsync(), StringComparison.Ordinal);

        await siege.EndAsync("answer a byte at a time");
    }

    /// <summary>Says what the row says and ends as the path says.</summary>
    private static async Task AnswerAsync(RawPeer target, (string Name, string Answer)[] rows)
    {
        if (await target.ReadHeadAsync() is not { } head)
            return;
        var path = head.Split(' ')[1].Split('/');
        await target.SendAsync(rows[int.Parse(path[1], null)].Answer);
        if (path[2] == "reset")
            target.Reset();
    }
}
