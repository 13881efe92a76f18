namespace K8sRecorder.Recording.Sessions;

/// <summary>Figures of a session at one moment.</summary>
/// <param name="Records">Records written.</param>
/// <param name="PlainBytes">Bytes of record and content lines written.</param>
/// <param name="Chunks">Chunks sealed.</param>
/// <param name="Heads">Heads signed.</param>
/// <param name="PartsStored">Parts stored.</param>
/// <param name="PartsReferred">Parts referred to instead of being stored again.</param>
/// <param name="DroppedRecords">Records dropped (BestEffort) and counted into gap records.</param>
/// <param name="DroppedBytes">Bytes dropped (BestEffort).</param>
/// <param name="QueuedBytes">Bytes that wait for the writer now.</param>
/// <param name="SpoolFull">Whether the session takes nothing in at this moment because the spool is full.</param>
public readonly record struct SessionCounters(
    long Records, long PlainBytes, long Chunks, long Heads, long PartsStored, long PartsReferred, long DroppedRecords, long DroppedBytes,
    long QueuedBytes, bool SpoolFull)
{
    /// <summary>Records that the last signed head covers.</summary>
    public long CoveredRecords { get; init; }
}
