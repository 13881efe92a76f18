using System.Globalization;
using System.Text;
using K8sRecorder.Recording.Index;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;

namespace K8sRecorder.Recording.Tests.Verify;

/// <summary>A folder store filled by the real writer: sessions of several chunks, with references between them, masked spans and index rows.</summary>
internal sealed class RealStore : IDisposable
{
    private static readonly Lazy<Task<(Dictionary<string, byte[]> Objects, Written Written, TimeSpan Elapsed)>> Closed = new(() => WriteOnceAsync(true));
    private static readonly Lazy<Task<(Dictionary<string, byte[]> Objects, Written Written, TimeSpan Elapsed)>> Open = new(() => WriteOnceAsync(false));

    private readonly TemporaryFolder _folder = new();
    private RecordingSpool _spool;

    public RealStore() => _spool = OpenSpool();

    public ManualTime Time { get; } = new();

    public string Root => _folder["store"];

    public FolderStore Store => new(Root);

    /// <summary>
    /// A session of four chunks, shipped; closed or left open. The first one of a store is a copy of one that the real writer wrote once for all
    /// tests: it is the disk's syncs that take the time.
    /// </summary>
    public async Task<Written> WriteAsync(bool close = true)
    {
        if (Directory.Exists(Root))
            return await WriteAnewAsync(close);
        var (objects, written, elapsed) = await (close ? Closed : Open).Value;
        foreach (var (key, bytes) in objects)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FileOf(key))!);
            await File.WriteAllBytesAsync(FileOf(key), bytes);
        }

        Time.Advance(elapsed);
        return written;
    }

    private static async Task<(Dictionary<string, byte[]> Objects, Written Written, TimeSpan Elapsed)> WriteOnceAsync(bool close)
    {
        using var store = new RealStore();
        var start = store.Time.GetUtcNow();
        var written = await store.WriteAnewAsync(close);
        return (store.Keys().ToDictionary(k => k, k => File.ReadAllBytes(store.FileOf(k))), written, store.Time.GetUtcNow() - start);
    }

    /// <summary>A session of four chunks by the real writer, shipped; closed or left open.</summary>
    public async Task<Written> WriteAnewAsync(bool close = true)
    {
        await using var session = await StartAsync();
        for (var chunk = 0; chunk < 4; chunk++)
            await ExchangesAsync(session, chunk, seal: chunk < 3);
        if (close)
            await session.CloseAsync("stopped", null, default);
        else
            await session.SealAsync(default);
        await ShipAsync();
        return Remember(session);
    }

    public async Task<RecordingSession> StartAsync()
    {
        await using var store = Store;
        var id = await StoreIdentity.GetOrCreateAsync(store, store, null, default);
        var identity = new SessionIdentity
        {
            Store = id,
            Namespace = "agents",
            Pod = "tot-0",
            ServiceAccount = "agent",
            Images = new Dictionary<string, string> { ["agent"] = "sha256:00" },
            Actor = new SessionActor("ServiceAccount", "agents:agent", true, "cluster", ["a", "b"]),
        };
        Time.Advance(TimeSpan.FromSeconds(1));
        return await RecordingSession.StartAsync(_spool, identity, new SessionOptions { Mode = RecordingMode.Strict, Time = Time }, default);
    }

    public async Task ExchangesAsync(RecordingSession session, int round, bool seal)
    {
        for (var i = 0; i < 3; i++)
        {
            var channel = session.NextChannel();
            var text = string.Create(CultureInfo.InvariantCulture, $"message {round}.{i} with [MASKED:aws-key] in it");
            var request = session.NewDraft("http.request", channel);
            request.Set("target", "model");
            request.Set("method", "POST");
            request.SetContent("head", "POST /v1/chat HTTP/1.1\nhost: model\ncontent-length\n"u8);
            var at = request.At;
            request.SetBody(Encoding.UTF8.GetBytes(text), [new ContentSpan(text.IndexOf('[', StringComparison.Ordinal), 16, "aws-key", "tag1")], text.Length);
            await session.AppendAsync(request, default);
            Time.Advance(TimeSpan.FromMilliseconds(5));
            var response = session.NewDraft("http.response", channel);
            response.Set("status", 200);
            response.SetContent("head", "HTTP/1.1 200 OK\n"u8);
            response.SetBody([.. "answer\n"u8, (byte)round, (byte)i, 0xff], null, 10);
            await session.AppendAsync(response, default);
            session.AddIndexRow(new IndexRow(channel, at, "model", "http/1.1") { Method = "POST", Status = 200 });
        }

        if (seal)
            await session.SealAsync(default);
    }

    public async Task ShipAsync()
    {
        await using var store = Store;
        await new SpoolShipper(_spool, new StoreGrants(store), new ShippingOptions()).DrainAsync(default);
    }

    public void Restart()
    {
        _spool.Dispose();
        _spool = OpenSpool();
    }

    public void LoseKeys() => Directory.Delete(_folder["keys"], recursive: true);

    public ValueTask<VerifyResult> VerifyAsync(Written session, TrustSet? trust = null) => VerifyAsync(session.Id, trust ?? session.Trust);

    public ValueTask<VerifyResult> VerifyAsync(string session, TrustSet trust) =>
        new SessionVerifier(Store, trust).VerifyAsync(session, null, default);

    public ValueTask<StoreVerifyResult> VerifyStoreAsync(TrustSet trust) => new StoreVerifier(Store, trust).VerifyAsync(null, default);

    public string[] Keys(string under = "") =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, under), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal)];

    public string FileOf(string key) => Path.Combine(Root, key);

    public static Written Remember(RecordingSession session) => new(session.Id.ToString(), session.Fingerprint);

    public void Dispose()
    {
        _spool.Dispose();
        _folder.Dispose();
    }

    private RecordingSpool OpenSpool() => RecordingSpool.Open(new SpoolOptions(_folder["spool"], _folder["keys"]));

    /// <summary>A session that was written.</summary>
    internal sealed record Written(string Id, string Fingerprint)
    {
        public TrustSet Trust => TrustSet.Of(Fingerprint);

        public string Prefix => StoreLayout.SessionPrefix(Id);
    }
}
