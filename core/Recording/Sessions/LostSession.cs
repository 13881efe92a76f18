using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>A session whose mark says that it had records, and that has no record file and is not closed.</summary>
/// <param name="Session">The session.</param>
/// <param name="Bytes">Bytes of the file that is gone.</param>
/// <param name="LastAt">When it was last written.</param>
internal readonly record struct LostSession(SessionId Session, long Bytes, DateTimeOffset LastAt)
{
    /// <summary>Those among the sessions that are not left with a record file.</summary>
    public static List<LostSession> Find(RecordingSpool spool, List<LeftSession> left)
    {
        var lost = new List<LostSession>();
        foreach (var path in Directory.GetFiles(spool.Options.KeysFolder, "*" + SpoolMark.Suffix, SessionFolder.NoLinks).Order(StringComparer.Ordinal))
        {
            if (!SessionId.TryParse(Path.GetFileNameWithoutExtension(path), out var session) || left.Exists(other => other.Session == session))
                continue;
            if (!File.Exists(spool.FolderOf(session).ClosePath) && SpoolMark.TryRead(path) is { } mark)
                lost.Add(new LostSession(session, mark.Length, File.GetLastWriteTimeUtc(path)));
        }

        return lost;
    }
}
