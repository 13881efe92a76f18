namespace K8sRecorder.Recording.Spool;

/// <summary>The places between two file operations where a process may die. Each says what it leaves, and who repairs it.</summary>
internal enum CrashPoint
{
    /// <summary>A key without a session: deleted at the next start.</summary>
    KeyPlaced,

    /// <summary>A folder with an open statement and no record file: no record was ever taken, so the next start deletes both.</summary>
    StatementPlaced,

    /// <summary>An atomic file written under its temporary name: the next start deletes it, and what was to be written is still elsewhere.</summary>
    TemporaryWritten,

    /// <summary>The same, synced.</summary>
    TemporarySynced,

    /// <summary>Renamed, the folder not synced: whole or not there after a loss of power, whole after a kill.</summary>
    Renamed,

    /// <summary>A batch is written: every waiter may be told.</summary>
    BatchWritten,

    /// <summary>Half a batch is written: cut off at the torn entry.</summary>
    BatchTorn,

    /// <summary>The record file has its last head and no successor: the next start seals it with that head.</summary>
    EndWritten,

    /// <summary>The successor is in place, the chunk is not: the next start seals the old file first.</summary>
    SuccessorPlaced,

    /// <summary>The chunk is in place, the successor does not know its name: the next start finds it by its first record.</summary>
    ChunkPlaced,

    /// <summary>The successor knows the name; the old record file is still there: the next start deletes it.</summary>
    PreviousWritten,

    /// <summary>The old record file is gone: a clean state.</summary>
    OldFileDeleted,

    /// <summary>The last chunk is in place, close.json is not: made again from the last head.</summary>
    LastChunkPlaced,

    /// <summary>close.json is in place, the record file is still there: deleted at the next start.</summary>
    ClosePlaced,

    /// <summary>The store has acknowledged an object that is still in the spool: it is put again and confirmed.</summary>
    Acknowledged,

    /// <summary>A left session was read and not touched yet.</summary>
    LeftRead,

    /// <summary>The torn entry of a left session is cut off.</summary>
    LeftTruncated,

    /// <summary>session.resumed or session.recovered is written: another one follows at the next start.</summary>
    LeftMarked,
}
