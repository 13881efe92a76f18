using System.IO.Compression;
using System.Text;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>Bodies that become a thousand times larger where they are decoded: forwarded as they came, recorded to the limit and no further.</summary>
public sealed class BombTests(ITestOutputHelper output)
{
    /// <summary>Every coding, and one of them in every mode.</summary>
    public static TheoryData<string, string> Codings => new() { { "gzip", "Buffered" }, { "deflate", "Buffered" }, { "br", "Buffered" }, { "gzip", "Strict" }, { "gzip", "BestEffort" } };

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task Body_that_decompresses_a_thousandfold_is_recorded_to_the_limit(string coding, string mode)
    {
        var bomb = Bomb(coding, Scale.Of(32L << 20, 4L << 30));
        await using var siege = await Siege.StartAsync(output, target => AnswerBombAsync(target, coding, bomb), mode);

        using (var agent = await siege.AttackAsync())
        {
            await agent.SendAsync($"POST /bomb HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Encoding: {coding}\r\nContent-Length: {bomb.Length}\r\n\r\n");
            await agent.SendAsync(bomb);
            var head = await agent.ReadHeadAsync();
            Assert.Equal(bomb.Length, RawPeer.LengthOf(head!));
            Assert.Equal(Encoding.Latin1.GetString(bomb), await agent.ReadAsync(bomb.Length));
        }

        var records = await siege.EndAsync($"bomb {coding} of {bomb.Length >> 10} KiB");
        var truncated = records.Where(record => Siege.Text(record, "kind") == "truncated").Select(record => Siege.Text(record, "of"));
        if (!records.Any(record => Siege.Text(record, "kind") == "gap"))
            Assert.Equal(["http.request", "http.response"], truncated.Order());
        Assert.All(
            records.Where(record => record.TryGetProperty("cut", out _)),
            record => Assert.Contains(Siege.Text(record, "cut"), new[] { "limit", "undecodable" }));
    }

    [Fact]
    public async Task Bombs_in_bombs_are_opened_once()
    {
        var inner = Bomb("gzip", Scale.Of(32L << 20, 1L << 30));
        var bomb = inner;
        for (var i = 0; i < 3; i++)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                gzip.Write(bomb);
            bomb = packed.ToArray();
        }
        await using var siege = await Siege.StartAsync(output, target => AnswerBombAsync(target, "gzip, gzip, gzip, gzip", bomb));

        foreach (var coding in new[] { "gzip", "gzip, gzip, gzip, gzip", "gzip, br" })
        {
            using var agent = await siege.AttackAsync();
            await agent.SendAsync($"POST /bomb HTTP/1.1\r\nHost: h\r\nContent-Encoding: {coding}\r\nContent-Length: {bomb.Length}\r\n\r\n");
            await agent.SendAsync(bomb);
            Assert.Equal((200, Encoding.Latin1.GetString(bomb)), await agent.ReadAnswerAsync());
        }

        await siege.EndAsync("bombs in bombs");
    }

    [Theory]
    [MemberData(nameof(Scale.ModesWhenFull), MemberType = typeof(Scale))]
    public async Task Coded_stream_without_end_is_back_pressured_and_cut_when_its_reader_leaves(string mode)
    {
        var wanted = Scale.Of(8L << 20, 1L << 30);
        var bomb = Bomb("gzip", Scale.Of(32L << 20, 1L << 30))[..^64];
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            await target.ReadHeadAsync();
            await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n");
            var chunk = new List<byte>(Encoding.ASCII.GetBytes($"{bomb.Length:x}\r\n"));
            chunk.AddRange(bomb);
            chunk.AddRange("\r\n"u8);
            await target.SendManyAsync(chunk.ToArray(), long.MaxValue);
        }, mode);

        using (var agent = await siege.AttackAsync())
        {
            await agent.SendAsync("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.True(await agent.DrainAsync(wanted) >= wanted);
            agent.Reset();
        }

        var records = await siege.EndAsync("coded stream without end");
        siege.AssertRecorded(records, record => Siege.Text(record, "kind") == "truncated");
    }

    private static async Task AnswerBombAsync(RawPeer target, string coding, byte[] bomb)
    {
        while (await target.ReadHeadAsync() is { } head)
        {
            await target.ReadAsync(RawPeer.LengthOf(head));
            await target.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {bomb.Length}\r\n\r\n");
            await target.SendAsync(bomb);
        }
    }

    /// <summary>So many zeros behind a canary, coded.</summary>
    private static byte[] Bomb(string coding, long length)
    {
        using var packed = new MemoryStream();
        using (Stream coder = coding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            coder.Write(Encoding.ASCII.GetBytes($"key {Siege.Canary} "));
            var zeros = new byte[1 << 20];
            for (long written = 0; written < length; written += zeros.Length)
                coder.Write(zeros);
        }
        return packed.ToArray();
    }
}
