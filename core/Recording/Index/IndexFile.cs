using System.IO.Compression;
using System.Security.Cryptography;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Index;

/// <summary>The index rows of one chunk: JSON lines, gzip, one object.</summary>
internal sealed class IndexFile(SessionId session, SessionIdentity identity)
{
    private readonly List<IndexRow> _rows = [];

    public int Count => _rows.Count;

    public void Add(IndexRow row) => _rows.Add(row);

    /// <summary>Puts the object into the spool.</summary>
    public void Place(RecordingSpool spool, SessionFolder folder, long firstSeq, int level)
    {
        using var plain = new PooledBytes();
        foreach (var row in _rows)
            Write(plain, row);
        using var packed = new PooledBytes();
        using (var gzip = new GZipStream(new PooledStream(packed), new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
            gzip.Write(plain.Span);
        spool.PlaceEntry(folder.IndexPath(firstSeq, Convert.ToHexStringLower(SHA256.HashData(packed.Span))), packed.Span);
    }

    /// <summary>Writes one row; null is left out.</summary>
    internal void Write(PooledBytes to, IndexRow row)
    {
        to.Write("{\"session\":"u8);
        JsonText.WriteString(to, session.ToString());
        JsonText.WriteName(to, "at");
        JsonText.WriteTime(to, row.At);
        Field(to, "namespace", identity.Namespace);
        Field(to, "pod", identity.Pod);
        Field(to, "ch", row.Channel);
        Field(to, "target", row.Target);
        Field(to, "protocol", row.Protocol);
        Field(to, "method", row.Method);
        Field(to, "status", row.Status);
        Field(to, "in", row.RequestBytes);
        Field(to, "out", row.ResponseBytes);
        Field(to, "ms", (long?)row.Duration?.TotalMilliseconds);
        to.Write("}\n"u8);
    }

    private static void Field(PooledBytes to, string name, string? value)
    {
        if (value is null)
            return;
        JsonText.WriteName(to, name);
        JsonText.WriteString(to, value);
    }

    private static void Field(PooledBytes to, string name, long? value)
    {
        if (value is not { } number)
            return;
        JsonText.WriteName(to, name);
        JsonText.WriteNumber(to, number);
    }
}
