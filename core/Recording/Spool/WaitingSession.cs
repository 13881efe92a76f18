using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Spool;

/// <summary>A session of which something waits for shipping.</summary>
/// <param name="Session">Its name.</param>
/// <param name="Entries">Objects that wait.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="FirstRecord">The first record in a chunk that waits; null where only objects beside the chunks do.</param>
public readonly record struct WaitingSession(SessionId Session, int Entries, long Bytes, long? FirstRecord)
{
    internal static WaitingSession Of(SessionId session, IReadOnlyList<SpoolEntry> entries) => new(
        session,
        entries.Count,
        entries.Sum(static entry => new FileInfo(entry.Path) is { Exists: true } file ? file.Length : 0),
        entries.Where(static entry => entry.Kind == SpoolEntryKind.Chunk).Select(static entry => (long?)entry.FirstSeq).FirstOrDefault());
}
