using System.IO.Compression;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Tests.Sessions;

public class BusySealerTests
{
    private const int ChunkBytes = 16 << 10;

    [Fact]
    public async Task Chunk_grows_while_the_one_before_is_being_sealed()
    {
        using var disk = new SealGate();
        using var rig = new SessionRig(disk);
        var session = await rig.StartAsync(rig.Options() with { ChunkBytes = ChunkBytes });
        disk.Hold();
        await AppendAsync(session, bytes: ChunkBytes);
        await session.FlushAsync(default);
        disk.UntilSealing();

        // The second chunk is full and half as large again: nobody waits for the sealer.
        await AppendAsync(session, bytes: ChunkBytes * 3 / 2);
        await session.FlushAsync(default);
        Assert.Equal(1, session.Counters.Chunks);

        // Nor does the third grow without end, however much is waiting.
        var rest = AppendAsync(session, bytes: ChunkBytes * 8);
        disk.Release();
        await rest;
        await session.CloseAsync("stopped", null, default);
        await session.DisposeAsync();
        var largest = Directory.GetFiles(rig.SpoolFolder, "*.chunk", SearchOption.AllDirectories).Max(PlainBytes);
        Assert.InRange(largest, ChunkBytes * 3 / 2, (ChunkBytes * 4) + 8192);
        Assert.Empty((await rig.ShipAsync()).Problems);
    }

    [Fact]
    public async Task Chunk_that_is_full_at_once_grows_until_its_time_is_over()
    {
        using var rig = new SessionRig();
        var time = TimeSpan.FromSeconds(1);
        var session = await rig.StartAsync(rig.Options() with { ChunkBytes = ChunkBytes, ChunkTime = time });
        await AppendAsync(session, bytes: ChunkBytes * 2);
        await session.FlushAsync(default);
        Assert.Equal(0, session.Counters.Chunks);

        rig.Time.Advance(time);
        await AppendAsync(session, bytes: 1000);
        await session.FlushAsync(default);
        Assert.Equal(1, session.Counters.Chunks);
        await session.CloseAsync("stopped", null, default);
        await session.DisposeAsync();
        Assert.Empty((await rig.ShipAsync()).Problems);
    }

    [Fact]
    public async Task Records_that_nobody_waits_for_gather_and_are_written()
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(rig.Options() with { GatherTime = TimeSpan.FromMilliseconds(1) });
        for (var i = 0; i < 20; i++)
        {
            await AppendAsync(session, bytes: 5000);
            await session.FlushAsync(default); // a batch behind a batch
        }

        Assert.Equal(100 + 1, session.Counters.Records); // and session.opened
        await session.DisposeAsync();
    }

    [Theory]
    [InlineData("somebody who waits")]
    [InlineData("much that waits")]
    [InlineData("somebody who finds no room")]
    [InlineData("the end")]
    public async Task Gathering_ends_early_for(string reason)
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(rig.Options() with { GatherTime = TimeSpan.FromHours(1), QueueBytes = 64 << 10 });
        await AppendAsync(session, bytes: 100);
        await session.FlushAsync(default);
        await AppendAsync(session, bytes: 100); // behind it the loop gathers
        switch (reason)
        {
            case "somebody who waits":
                await session.FlushAsync(default);
                break;
            case "much that waits":
                await AppendAsync(session, bytes: 200 << 10);
                break;
            case "somebody who finds no room":
                var random = new Random(7);
                await session.AppendAsync(SessionRig.Request(session, Text(random, 4 << 10)), default); // little, and too much for what comes now
                await session.AppendAsync(SessionRig.Request(session, Text(random, 62 << 10)), default);
                break;
        }

        await session.CloseAsync("stopped", null, default);
        await session.DisposeAsync();
        Assert.Empty((await rig.ShipAsync()).Problems);
    }

    /// <summary>A process that is killed within its write leaves the beginning of a batch.</summary>
    [Fact]
    public async Task Batch_has_what_came_in_the_order_in_which_it_came()
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(rig.Options() with { GatherTime = TimeSpan.FromHours(1) });
        await session.FlushAsync(default);
        await session.FlushAsync(default); // a batch behind a batch: what comes now gathers
        var (first, second) = (Begin(session), Begin(session));
        await first.AppendAsync("piece-1 "u8.ToArray(), null, 8, 0, default);
        await session.AppendAsync(SessionRig.Request(session, "record-2 "), default);
        await second.AppendAsync("piece-3 "u8.ToArray(), null, 8, 0, default);
        await session.AppendAsync(SessionRig.Request(session, "record-4 "), default);
        await session.FlushAsync(default);
        await session.DisposeAsync();

        var files = Directory.GetFiles(rig.SpoolFolder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock").Select(File.ReadAllBytes);
        var file = Assert.Single(files, bytes => bytes.AsSpan().IndexOf("piece-1 "u8) >= 0);
        string[] all = ["piece-1 ", "record-2 ", "piece-3 ", "record-4 "];
        var places = all.Select(text => file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text))).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task Chunk_that_fills_slowly_is_compressed_harder_than_one_that_fills_at_once()
    {
        Assert.True(await SizeOfChunkAsync(TimeSpan.FromSeconds(1)) < await SizeOfChunkAsync(TimeSpan.Zero));
    }

    private static RecordStream Begin(RecordingSession session)
    {
        var draft = session.NewDraft("http.response", session.NextChannel());
        draft.SetContent("head", "HTTP/1.1 200 OK\n"u8);
        return session.Begin(draft, "http.response.data", null, events: false);
    }

    private static async Task<long> SizeOfChunkAsync(TimeSpan duration)
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync();
        var random = new Random(3);
        for (var i = 0; i < 2048; i++)
        {
            await session.AppendAsync(SessionRig.Request(session, Text(random, 400)), default);
            await session.FlushAsync(default);
            rig.Time.Advance(duration / 1024);
        }

        await session.DisposeAsync();
        var first = Directory.GetFiles(rig.SpoolFolder, "*.chunk", SearchOption.AllDirectories).Order().First();
        return new FileInfo(first).Length;
    }

    private static long PlainBytes(string chunk)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(File.OpenRead(chunk), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.Length;
    }

    private static async Task AppendAsync(RecordingSession session, int bytes)
    {
        var random = new Random(bytes);
        for (var i = 0; i < bytes; i += 1000)
            await session.AppendAsync(SessionRig.Request(session, Text(random, 1000)), default);
    }

    private static string Text(Random random, int length) =>
        string.Create(length, random, static (text, random) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = "etaoinshrdlu "[(int)(13 * random.NextDouble() * random.NextDouble())];
        });

    /// <summary>A disk on which a chunk's file, and no other, waits before it is placed.</summary>
    private sealed class SealGate : SpoolDisk, IDisposable
    {
        private readonly ManualResetEventSlim _open = new(true);
        private readonly ManualResetEventSlim _waiting = new();
        private int _files;

        public void Hold() => _open.Reset();

        public void Release() => _open.Set();

        public void UntilSealing() => _waiting.Wait();

        public override void Reached(CrashPoint point)
        {
            // Held, the first file written is the successor's, the second the chunk's.
            if (point != CrashPoint.TemporaryWritten || _open.IsSet || Interlocked.Increment(ref _files) != 2)
                return;
            _waiting.Set();
            _open.Wait();
        }

        public void Dispose()
        {
            _open.Dispose();
            _waiting.Dispose();
        }
    }
}
