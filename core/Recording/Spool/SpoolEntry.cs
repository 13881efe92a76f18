using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Spool;

/// <summary>Finished bytes that wait for shipping.</summary>
internal sealed record SpoolEntry(SessionId Session, SpoolEntryKind Kind, long FirstSeq, string Digest, string Path) : IComparable<SpoolEntry>
{
    /// <summary>Key in the store.</summary>
    public string Key => Kind switch
    {
        SpoolEntryKind.Open => StoreLayout.OpenKey(Session.ToString()),
        SpoolEntryKind.Chunk => StoreLayout.ChunkKey(Session.ToString(), Digest),
        SpoolEntryKind.Index => StoreLayout.IndexKey(Session.ToString(), Digest),
        _ => StoreLayout.CloseKey(Session.ToString()),
    };

    /// <summary>Open statement, then by first record: chunk before index; close object last.</summary>
    public int CompareTo(SpoolEntry? other)
    {
        if (other is null)
            return 1;
        var ours = (Kind is SpoolEntryKind.Open ? 0 : 1, FirstSeq, Kind);
        return ours.CompareTo((other.Kind is SpoolEntryKind.Open ? 0 : 1, other.FirstSeq, other.Kind));
    }
}
