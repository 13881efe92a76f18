using System.Buffers.Binary;
using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Spool;

/// <summary>
/// How far a session's record files were written: a few bytes beside its key, written over after every batch. A file that ends before it has
/// lost what was acknowledged, however cleanly it ends; a session that has it, no record file and no close object in the spool has lost all of
/// them. It goes when the store has the close object. It is a lower bound: where it could not be written, or is gone with the key, nothing
/// follows from that.
/// </summary>
/// <param name="FirstSeq">Which record file.</param>
/// <param name="Length">Its length.</param>
internal readonly record struct SpoolMark(long FirstSeq, long Length)
{
    public const int Size = 20;
    public const string Suffix = ".mark";

    /// <summary>Path of a session's mark.</summary>
    public static string PathOf(string keys, SessionId session) => Path.Combine(keys, session + Suffix);

    /// <summary>Reads a mark; null where there is none, or what is there is none.</summary>
    public static SpoolMark? TryRead(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length != Size)
            return null;
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        if (bytes.Length != Size || BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]) != Frame.Crc(bytes[..16]))
            return null;
        return new SpoolMark(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
    }

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, FirstSeq);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[16..], Frame.Crc(to[..16]));
    }
}
