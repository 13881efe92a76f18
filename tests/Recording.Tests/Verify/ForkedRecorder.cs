using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Testing;

namespace K8sRecorder.Recording.Tests.Verify;

/// <summary>One session that two recorders go on with: spool and key were copied between the first chunk and the second.</summary>
internal sealed class ForkedRecorder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FolderStore Store => new(_folder["store"]);

    public async Task<RealStore.Written> WriteAsync()
    {
        RealStore.Written written;
        using (var spool = Open("one"))
        {
            await using var session = await StartAsync(spool);
            await AppendAsync(session, "common");
            await session.SealAsync(default);
            await AppendAsync(session, "open");
            await session.FlushAsync(default);
            written = RealStore.Remember(session);
        }

        Copy("one", "two");
        foreach (var twin in new[] { "one", "two" })
        {
            using var spool = Open(twin);
            await using var session = await StartAsync(spool);
            await AppendAsync(session, twin);
            await session.SealAsync(default);
            await using var store = Store;
            // The second one finds the statement and the first chunk there: they are the same bytes.
            await new SpoolShipper(spool, new StoreGrants(store), new ShippingOptions()).DrainAsync(default);
        }

        return written;
    }

    public void Dispose() => _folder.Dispose();

    private RecordingSpool Open(string name) => RecordingSpool.Open(new SpoolOptions(_folder[name + "/spool"], _folder[name + "/keys"]));

    private static async Task<RecordingSession> StartAsync(RecordingSpool spool) =>
        await RecordingSession.StartAsync(spool, new SessionIdentity(), new SessionOptions { Time = new ManualTime() }, default);

    private static async Task AppendAsync(RecordingSession session, string text)
    {
        var draft = session.NewDraft("tcp.data", session.NextChannel());
        draft.SetBody(System.Text.Encoding.UTF8.GetBytes(text), null, text.Length);
        await session.AppendAsync(draft, default);
    }

    private void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(_folder[from], "*", SearchOption.AllDirectories))
        {
            var target = _folder[to] + file[_folder[from].Length..];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
            File.Copy(file, target);
        }
    }
}
