using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// What the open chunk will be made of. Content lines and record lines are kept apart: text deflates better when no digests stand between.
/// </summary>
internal sealed class ChunkDraft : IDisposable
{
    public required long FirstSeq { get; init; }

    public PooledBlocks Content { get; } = new();

    public PooledBlocks Records { get; } = new();

    /// <summary>The last head of a lost key, kept in the chunk that a recovery seals.</summary>
    public PooledBytes KeptHead { get; } = new();

    /// <summary>The head the chunk ends with, set when it is sealed.</summary>
    public PooledBytes Head { get; } = new();

    public int PlainBytes => Content.Length + Records.Length;

    /// <summary>When the oldest record came.</summary>
    public DateTimeOffset Since { get; set; } = DateTimeOffset.MaxValue;

    public void Dispose()
    {
        Content.Dispose();
        Records.Dispose();
        KeptHead.Dispose();
        Head.Dispose();
    }
}
