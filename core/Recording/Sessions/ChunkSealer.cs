using System.IO.Compression;
using System.Security.Cryptography;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Index;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>Compresses a chunk and puts it into the spool. Runs beside the writer loop, one chunk at a time.</summary>
internal static class ChunkSealer
{
    /// <summary>zlib's level for chunks that a clock or the end seals: measured smallest on records (9 is larger, and slower).</summary>
    public const int SmallLevel = 8;

    // From so much text a second on level 6 would be the recorder's largest cost, and the agent's wait; at four times that, level 2 is
    // (measured on new text: level 2 has five times the speed of 6 for 14 % more bytes, level 1 eight times for 46 %).
    private const int FastBytesPerSecond = 4 << 20;
    private const int FloodBytesPerSecond = 16 << 20;

    /// <summary>The hardest that a chunk of this size should be compressed which filled in this time.</summary>
    public static int LevelAt(int bytes, TimeSpan duration) =>
        bytes > FloodBytesPerSecond * duration.TotalSeconds ? 1
        : bytes > FastBytesPerSecond * duration.TotalSeconds ? 2
        : SmallLevel;

    /// <summary>Seals a chunk; gives its name. Idempotent: whoever finds the record file still there does it again.</summary>
    public static string Seal(
        RecordingSpool spool, SessionFolder folder, ChunkDraft chunk, string previous, int level, IndexFile? index)
    {
        using var header = new PooledBytes();
        ChunkHeaderLine.Write(header, folder.Session, chunk.FirstSeq, previous);
        using var sealedBytes = new PooledBytes();
        using (var gzip = new GZipStream(new PooledStream(sealedBytes), new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
        {
            gzip.Write(header.Span);
            chunk.Content.CopyTo(gzip);
            // A deflate block of their own for the records: text and digests do not share a Huffman code (1.5 % of a chunk).
            gzip.Flush();
            chunk.Records.CopyTo(gzip);
            gzip.Write(chunk.KeptHead.Span);
            gzip.Write(chunk.Head.Span);
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(sealedBytes.Span));

        // Index first: a crash in between leaves rows whose chunk is sealed again under the same name.
        index?.Place(spool, folder, chunk.FirstSeq, level);
        spool.PlaceEntry(folder.ChunkPath(chunk.FirstSeq, name), sealedBytes.Span);
        return name;
    }

    /// <summary>Puts the close object of a session whose last chunk is in place into the spool.</summary>
    public static void PlaceClose(RecordingSpool spool, SessionFolder folder, ChunkDraft last, string name)
    {
        var head = SignedHead.TryParse(last.Head.Span[..^1]) ?? throw new InvalidDataException("the last chunk has no head");
        using var line = new PooledBytes();
        CloseLine.Write(line, head.Size, head.At, name);
        spool.PlaceEntry(folder.ClosePath, line.Span);
    }
}
