using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Tree;

namespace K8sRecorder.Recording.Sessions;

/// <summary>Where a session stands: freshly opened, or read back from its record files.</summary>
internal sealed record RestoredSession
{
    public required SessionState State { get; init; }

    public required RecordFile File { get; init; }

    public required ChunkDraft Chunk { get; init; }

    public required TreeFrontier Tree { get; init; }

    public required string Previous { get; init; }

    public required long ChunkCount { get; init; }

    public required long NextPart { get; init; }

    public required long NextChannel { get; init; }

    /// <summary>Records the last head covers.</summary>
    public long HeadSize { get; init; }

    /// <summary>Streams that were open: what of them is in no record.</summary>
    public IReadOnlyCollection<StreamBody> Streams { get; init; } = [];
}
