using System.Security.Cryptography;

namespace K8sRecorder.Recording.Sessions;

/// <summary>How a session records.</summary>
public sealed record SessionOptions
{
    /// <summary>What an append promises.</summary>
    public RecordingMode Mode { get; init; } = RecordingMode.Buffered;

    /// <summary>Name and version of the recorder, for <c>session.opened</c>.</summary>
    public string Software { get; init; } = "k8srecorder";

    /// <summary>How often a head is signed while there is news. Also the grain of <see cref="FlushInterval"/>.</summary>
    public TimeSpan HeadInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How old the oldest record of the open chunk may become before the chunk is sealed.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Plain bytes after which a chunk is sealed.</summary>
    public int ChunkBytes { get; init; } = 1 << 20;

    /// <summary>A chunk that is full sooner goes on, to four times its size at most.</summary>
    public TimeSpan ChunkTime { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a busy writer lets records gather that nobody waits for; they are lost with the process, like all that is queued.</summary>
    public TimeSpan GatherTime { get; init; }

    /// <summary>Body bytes of one stream after which a record is written though the body goes on.</summary>
    public int StreamRecordBytes { get; init; } = 1 << 20;

    /// <summary>How long <see cref="RecordingMode.Strict"/> waits at a full spool.</summary>
    public TimeSpan StrictWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Bytes that may wait in memory for the writer; at this cap the spool counts as full. As much as a busy agent sends while a disk takes
    /// its time for a sync (15 to 150 ms were seen); more is felt in the memory under full load, less in the agents' waits.
    /// </summary>
    public int QueueBytes { get; init; } = 2 << 20;

    /// <summary>Parts the part table remembers.</summary>
    public int KnownParts { get; init; } = 1 << 16;

    /// <summary>Records a second that are taken in; beyond, appends wait or become a gap (0: no limit).</summary>
    public int MaxRecordsPerSecond { get; init; }

    /// <summary>
    /// zlib's level for chunks that are sealed because they are full. Those that a clock or the end seals are compressed harder, those that
    /// were full at once less hard.
    /// </summary>
    public int FullChunkLevel { get; init; } = 6;

    /// <summary>Resume a session that an earlier process left, when its key is still there and its identity is the same.</summary>
    public bool Resume { get; init; } = true;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Source of ids and salts. (Keys are made by the platform's own generator.)</summary>
    public RandomNumberGenerator Random { get; init; } = RandomNumberGenerator.Create();
}
