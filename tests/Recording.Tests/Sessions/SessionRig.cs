using System.Text;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Recording.Tests.Sessions;

/// <summary>A spool, a keys folder and a folder store, and sessions that come and go on them.</summary>
internal sealed class SessionRig : IDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly string? _spoolFolder;

    public SessionRig(SpoolDisk? disk = null, long maxBytes = 256 << 20, bool inMemory = false, string? spoolFolder = null)
    {
        _folder = new TemporaryFolder(inMemory);
        _spoolFolder = spoolFolder;
        Disk = disk ?? new SpoolDisk();
        MaxBytes = maxBytes;
        Spool = OpenSpool();
    }

    public ManualTime Time { get; } = new();

    public SpoolDisk Disk { get; set; }

    public long MaxBytes { get; }

    public RecordingSpool Spool { get; private set; }

    public string SpoolFolder => _spoolFolder ?? _folder["spool"];

    public string KeysFolder => _folder["keys"];

    public string StoreFolder => Directory.CreateDirectory(_folder["store"]).FullName;

    public SessionIdentity Identity { get; set; } = new() { Namespace = "agents", Pod = "tot-0", Store = "abc" };

    public SessionOptions Options(RecordingMode mode = RecordingMode.Buffered) => new() { Mode = mode, ChunkTime = TimeSpan.Zero, Time = Time };

    public ValueTask<RecordingSession> StartAsync(RecordingMode mode = RecordingMode.Buffered) => StartAsync(Options(mode));

    public ValueTask<RecordingSession> StartAsync(SessionOptions options) =>
        RecordingSession.StartAsync(Spool, Identity, options, CancellationToken.None);

    /// <summary>The process ends and another one begins.</summary>
    public void Restart()
    {
        Spool.Dispose();
        Spool = OpenSpool();
    }

    public void LoseKeys() => Directory.Delete(KeysFolder, recursive: true);

    public async Task<StoreCheck> ShipAsync()
    {
        await using var store = new FolderStore(StoreFolder);
        await new SpoolShipper(Spool, new StoreGrants(store), new ShippingOptions { FirstBackoff = TimeSpan.FromMilliseconds(1) }).DrainAsync(CancellationToken.None);
        return StoreCheck.Run(StoreFolder);
    }

    public static RecordDraft Request(
        RecordingSession session, string body, IBodyCutter? cutter = null, string head = "POST /v1/chat HTTP/1.1\n",
        IReadOnlyList<ContentSpan>? spans = null)
    {
        var draft = session.NewDraft("http.request", session.NextChannel());
        draft.Set("target", "openai");
        draft.SetContent("head", Encoding.UTF8.GetBytes(head));
        var bytes = Encoding.UTF8.GetBytes(body);
        draft.SetBody(bytes, spans, bytes.Length, null, cutter);
        return draft;
    }

    public void Dispose()
    {
        Spool.Dispose();
        _folder.Dispose();
    }

    private RecordingSpool OpenSpool() => RecordingSpool.Open(new SpoolOptions(SpoolFolder, KeysFolder, MaxBytes) { Time = Time }, Disk);
}
