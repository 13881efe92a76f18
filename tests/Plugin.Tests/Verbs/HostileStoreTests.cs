using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Tests.Output;
using K8sRecorder.Plugin.Tests.Recordings;
using K8sRecorder.Testing;

namespace K8sRecorder.Plugin.Tests.Verbs;

/// <summary>Whoever writes into the store may write anything. Every verb answers, in words, and nothing of it obeys the terminal.</summary>
public sealed class HostileStoreTests
{
    private static readonly string[][] Commands =
    [
        ["list"], ["list", "-o", "json"], ["list", "--sessions", "-o", "wide"], ["show", SampleStore.Planner], ["show", SampleStore.Planner, "-o", "json"],
        ["log", SampleStore.Planner], ["log", SampleStore.Planner, "-o", "json"], ["cat", SampleStore.Planner + "/1"], ["cat", SampleStore.Planner + "/ch4"],
        ["verify"], ["verify", "-o", "json"],
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_stands_in_a_chunk_every_verb_answers(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 6; round++)
        {
            using var store = new SampleStore();
            var chunks = Directory.GetFiles(store.Folder, "*", SearchOption.AllDirectories).Where(file => file.Contains("/sha256/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).ToList();
            Change(chunks[random.Next(chunks.Count)], random);
            foreach (var command in Commands)
                await AssertAnswersAsync(store, command);
        }
    }

    [Theory]
    [InlineData("open.json")]
    [InlineData("close.json")]
    public async Task Whatever_stands_in_a_statement_every_verb_answers(string name)
    {
        foreach (var text in (string[])["", "\n", "{}\n", "\u001b[2J", "{\"statement\":{},\"signature\":\"\"}\n", "{\"statement\":{\"format\":1,\"key\":[]}}\n", "[[[[[[[[["])
        {
            using var store = new SampleStore();
            await File.WriteAllTextAsync(Directory.GetFiles(store.Folder, name, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last(), text);
            foreach (var command in Commands)
                await AssertAnswersAsync(store, command);
        }
    }

    private static async Task AssertAnswersAsync(SampleStore store, string[] command)
    {
        var terminal = new TestTerminal(width: 80);
        var exit = await new App(terminal.Terminal, new ManualTime(), _ => null).RunAsync(["--store", store.Url, .. command], CancellationToken.None);
        Assert.InRange(exit, 0, 3);
        foreach (var rune in (terminal.Out + terminal.Error).EnumerateRunes())
            Assert.True(rune.Value == '\n' || Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format), $"U+{rune.Value:X4} in {string.Join(' ', command)}");
    }

    /// <summary>Changes the lines of a chunk at random places and puts it back under its true name.</summary>
    private static void Change(string path, Random random)
    {
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
            gzip.CopyTo(plain);
        var bytes = plain.ToArray().ToList();
        byte[][] pieces = [[0x1b, (byte)']'], "\""u8.ToArray(), "\n"u8.ToArray(), [0xff], "9999999999"u8.ToArray(), "-1"u8.ToArray(), "null"u8.ToArray(), "{"u8.ToArray(), "[[[["u8.ToArray(), "\u202e"u8.ToArray()];
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(bytes.Count);
            if (random.Next(2) == 0)
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 40)));
            bytes.InsertRange(at, pieces[random.Next(pieces.Length)]);
        }
        using var stored = new MemoryStream();
        using (var gzip = new GZipStream(stored, CompressionLevel.Fastest))
            gzip.Write(bytes.ToArray());
        File.Delete(path);
        File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, Convert.ToHexStringLower(SHA256.HashData(stored.ToArray()))), stored.ToArray());
    }
}
