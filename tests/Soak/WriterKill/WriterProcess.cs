using System.Text;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Soak.WriterKill;

/// <summary>
/// A bare writer in a process of its own: several tasks append records and streams in Strict mode, and each acknowledged piece is named on
/// standard output, one line a piece. It goes on until it is killed, or with <c>--finish</c> closes and ships what is there.
/// </summary>
internal sealed class WriterProcess
{
    public const string Verb = "writer";
    private readonly TextWriter _acknowledged;
    private readonly string _tokenPrefix;
    private readonly RecordingSpool _spool;
    private readonly SessionIdentity _identity;
    private readonly SessionOptions _options;
    private RecordingSession _session;
    private long _tokens;

    private WriterProcess(
        RecordingSpool spool, RecordingSession session, SessionIdentity identity, SessionOptions options, int seed, TextWriter acknowledged)
    {
        (_spool, _session, _identity, _options, _acknowledged) = (spool, session, identity, options, acknowledged);
        _tokenPrefix = $"token-{seed}-";
    }

    public static async Task<int> RunAsync(SoakOptions options, TextWriter output, CancellationToken ct)
    {
        var random = new Random(options.Seed);
        await using var store = StoreUrl.ForFolder(Path.Combine(options.Folder, "store")).OpenStore();
        var identity = new SessionIdentity
        {
            Store = await StoreIdentity.GetOrCreateAsync(store, (IRecordingReader)store, null, ct),
            Namespace = "soak",
            Pod = "writer",
        };
        var sessionOptions = new SessionOptions
        {
            Mode = RecordingMode.Strict,
            ChunkBytes = options.DieAt < 0 ? 4096 << random.Next(6) : 4096,
            StreamRecordBytes = 2048 << random.Next(5),
            HeadInterval = TimeSpan.FromMilliseconds(random.Next(2, 40)),
            FlushInterval = TimeSpan.FromMilliseconds(random.Next(10, 200)),
        };
        using var spool = RecordingSpool.Open(
            new SpoolOptions(Path.Combine(options.Folder, "spool"), Path.Combine(options.Folder, "keys")),
            options.DieAt < 0 ? new SpoolDisk() : new DyingDisk((CrashPoint)options.DieAt, options.DieAtPassing));
        var session = await RecordingSession.StartAsync(spool, identity, sessionOptions, ct);
        var shipper = new SpoolShipper(spool, new StoreGrants(store), new ShippingOptions());
        var writer = new WriterProcess(spool, session, identity, sessionOptions, options.Seed, output);
        await output.WriteLineAsync("ready");
        await output.FlushAsync(ct);
        if (options.Finish)
        {
            await session.CloseAsync("stopped", null, ct);
            await session.DisposeAsync();
            await shipper.DrainAsync(ct);
            return 0;
        }
        var shipping = shipper.RunAsync(CancellationToken.None, ct);
        var work = Enumerable.Range(0, 3).Select(n => writer.WorkAsync(new Random(options.Seed * 31 + n), ct))
            .Append(writer.RotateAsync(new Random(options.Seed + 7), ct))
            .Append(shipping);
        await await Task.WhenAny(work);
        return 1;
    }

    private async Task WorkAsync(Random random, CancellationToken ct)
    {
        while (true)
        {
            var session = Volatile.Read(ref _session);
            try
            {
                if (random.Next(3) == 0)
                    await StreamAsync(session, random, ct);
                else
                    await AppendAsync(session, random, ct);
            }
            catch (RecordingFailedException) when (!ReferenceEquals(session, Volatile.Read(ref _session)))
            {
                // Rotated meanwhile: what was not acknowledged was not promised.
            }
        }
    }

    private async Task AppendAsync(RecordingSession session, Random random, CancellationToken ct)
    {
        var token = NextToken();
        var draft = session.NewDraft("http.request", session.NextChannel());
        draft.Set("target", "soak");
        draft.SetContent("head", Encoding.UTF8.GetBytes($"POST /{token} HTTP/1.1\nhost: soak\n"));
        draft.SetBody(Text(random, random.Next(0, 6000)), null, 0);
        await session.AppendAsync(draft, ct);
        Acknowledge(token);
    }

    private async Task StreamAsync(RecordingSession session, Random random, CancellationToken ct)
    {
        var draft = session.NewDraft("http.response", session.NextChannel());
        draft.Set("status", 200);
        var stream = session.Begin(draft, "http.response.data", random.Next(2) == 0 ? new EveryFewBytes(random.Next(100, 3000)) : null, events: true);
        for (var n = random.Next(1, 12); n > 0; n--)
        {
            var token = NextToken();
            byte[] piece = [.. Encoding.UTF8.GetBytes(token), .. Text(random, random.Next(0, 2000))];
            await stream.AppendAsync(piece, null, piece.Length, 0, ct);
            Acknowledge(token);
            if (random.Next(4) == 0)
                await Task.Yield();
        }
        await stream.CompleteAsync(null, ct);
    }

    private async Task RotateAsync(Random random, CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(random.Next(20, 400), ct);
            var old = _session;
            var next = await old.OpenNextAsync(_identity, ct);
            Volatile.Write(ref _session, next);
            await old.CloseAsync("maxAge", next, ct);
            await old.DisposeAsync();
        }
    }

    private string NextToken() => $"<{_tokenPrefix}{Interlocked.Increment(ref _tokens)}>";

    /// <summary>One write per line: a kill between two lines tears none.</summary>
    private void Acknowledge(string token)
    {
        lock (_acknowledged)
        {
            _acknowledged.Write(token + "\n");
            _acknowledged.Flush();
        }
    }

    private static byte[] Text(Random random, int length)
    {
        var text = new byte[length];
        random.GetItems("abcdefghij \n\"\\é"u8, text);
        return text;
    }

    private sealed class EveryFewBytes(int step) : IBodyCutter
    {
        private long _taken;

        public void Push(ReadOnlySpan<byte> bytes, List<long> cuts)
        {
            for (var next = (_taken / step + 1) * step; next <= _taken + bytes.Length; next += step)
                cuts.Add(next);
            _taken += bytes.Length;
        }
    }
}
