using System.Security.Cryptography;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Reading;
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

    /// <summary>Whether the file can be no entry for its size alone.</summary>
    public bool IsTooLarge => new FileInfo(Path).Length > FormatNames.MaxChunk;

    /// <summary>Its bytes; none where they are too many.</summary>
    public byte[] ReadBytes() => IsTooLarge ? [] : File.ReadAllBytes(Path);

    /// <summary>Whether these bytes are what was put into the spool.</summary>
    public bool IsWhole(ReadOnlySpan<byte> bytes) => Kind switch
    {
        SpoolEntryKind.Open => OpenStatementLine.IsWhole(bytes, Session),
        SpoolEntryKind.Close => CloseObject.TryParse(bytes) is not null,
        _ => Convert.ToHexStringLower(SHA256.HashData(bytes)) == Digest,
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
