using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>The small documents of a store and what names things: each is parsed by all, so that one format's words meet another's parser.</summary>
internal sealed class DocumentsTarget : FuzzTarget
{
    public override string Name => "documents";

    public override string Subject => "open.json, close.json, store.json, index rows, heads, keys, session ids, store URLs, trust files";

    public override double Share => 0.5;

    public override int MaxLength => 8 * 1024;

    public override IEnumerable<string> Dictionary =>
    [
        "file:///", "azblob://account/container/prefix", "SHA256:", "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----", "sessions/2026/11/21/", "index/date=2026-11-21/hour=10/", ".ndjson.gz",
        "/sha256/", "01m7yrrv78fyxhktk422g9x71s", "\"statement\":{", "\"signature\":\"", "\"salt\":\"", "2026-11-21T10:00:00.000Z", "\"images\":{", "\"actor\":{", "%2F", "..",
    ];

    public override IEnumerable<byte[]> Seeds() =>
    [
        .. Vector.Objects.Where(o => o.Key.EndsWith(".json", StringComparison.Ordinal)).Select(o => o.Value),
        .. Vector.Objects.Keys.Select(Encoding.UTF8.GetBytes),
        .. Encoding.UTF8.GetString(Vector.Unpack(Vector.Object(".gz"))).Split('\n').Select(Encoding.UTF8.GetBytes),
        .. Encoding.UTF8.GetString(Vector.PlainChunk).Split('\n').Where(l => l.StartsWith("{\"head\"", StringComparison.Ordinal)).Select(Encoding.UTF8.GetBytes),
        "file:///var/recordings"u8.ToArray(), "azblob://account/container/a/b/"u8.ToArray(), "# who\nSHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n"u8.ToArray(),
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n"u8.ToArray(),
    ];

    public override void Run(byte[] input, Measure measure)
    {
        measure.Begin();
        var statement = StatementReader.TryRead(input, out var problem);
        var close = CloseObject.TryParse(input);
        var row = IndexEntry.TryParse(input);
        var head = SignedHead.TryParse(input);
        var store = StoreIdentity.TryParse(input);
        measure.End();
        if (statement is not null && (input.AsSpan().IndexOf(statement.SignedBytes) < 0 || !StoreLayout.IsSession(statement.Session) || statement.Fingerprint.Length == 0))
            throw new OracleException("what is signed stands in the statement", statement.Session);
        if (statement is null && problem.Length == 0)
            throw new OracleException("an unread statement has a problem", "none");
        if (close is not null && (close.Size < 0 || !StoreLayout.IsDigest(close.LastChunk)))
            throw new OracleException("a close object is whole", close.ToString());
        if (row is not null && (!StoreLayout.IsSession(row.Session) || row.Duration < TimeSpan.Zero))
            throw new OracleException("a row is whole", row.Session);
        if (head is not null && (input.AsSpan().IndexOf(head.SignedBytes) < 0 || head.Root.Length != 32 || head.Size < 0))
            throw new OracleException("what is signed stands in the head", head.ToString());
        if (store is not null && !StoreIdentity.Serialize(store).AsSpan().SequenceEqual(input))
            throw new OracleException("an identity has one form", store);
        var text = Encoding.UTF8.GetString(input);
        CheckNames(text);
        CheckUrl(text);
        if (TrustSet.TryParse(text, out var wrong) is null && wrong.Length == 0)
            throw new OracleException("a refused trust file has a problem", "none");
        if (TrustSet.IsFingerprint(text) && !TrustSet.Of(text).Contains(text))
            throw new OracleException("a fingerprint is believed", text);
    }

    private static void CheckNames(string text)
    {
        var isId = SessionId.TryParse(text, out var id);
        if (isId != StoreLayout.IsSession(text))
            throw new OracleException("writer and reader agree on session ids", text);
        if (isId && (id.ToString() != text || id.OpenedAt != StoreLayout.TimeOf(text) || StoreLayout.SessionOfPrefix(StoreLayout.SessionPrefix(text)) != text))
            throw new OracleException("an id has one form", text);
        if (StoreLayout.SessionOfPrefix(text) is { } session && StoreLayout.SessionPrefix(session) != text)
            throw new OracleException("a prefix has one form", text);
        _ = StoreLayout.KindOf(Vector.Session, text, out var digest);
        if (digest is not null && StoreLayout.ChunkKey(Vector.Session, digest) != text)
            throw new OracleException("a chunk's key has one form", text);
        if (StoreLayout.IndexDigest(text) is not null && StoreLayout.IndexHour(text) is null)
            throw new OracleException("an index key has an hour", text);
        if (StoreKey.IsValid(text) && (text.Contains("..", StringComparison.Ordinal) && text.Split('/').Contains("..") || Path.IsPathRooted(text)))
            throw new OracleException("a key stays inside", text);
    }

    private static void CheckUrl(string text)
    {
        if (!StoreUrl.TryParse(text, out var url, out var problem))
        {
            if (string.IsNullOrEmpty(problem))
                throw new OracleException("a refused URL has a problem", text);
            return;
        }

        if (!StoreUrl.TryParse(url.ToString(), out var again, out _) || again.ToString() != url.ToString() || again.Folder != url.Folder || again.Prefix != url.Prefix)
            throw new OracleException("a URL has one form", url.ToString());
    }
}
