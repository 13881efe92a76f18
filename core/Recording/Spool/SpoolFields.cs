using System.Buffers.Binary;
using System.Text;
using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Spool;

/// <summary>The binary fields inside frames, little endian; texts and byte strings with their length before them.</summary>
internal static class SpoolFields
{
    public static void WriteNumber(PooledBytes to, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(8), value);
        to.Advance(8);
    }

    public static void WriteBytes(PooledBytes to, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(4), value.Length);
        to.Advance(4);
        to.Write(value);
    }

    public static void WriteText(PooledBytes to, string? value)
    {
        to.WriteByte(value is null ? (byte)0 : (byte)1);
        if (value is not null)
            WriteBytes(to, Encoding.UTF8.GetBytes(value));
    }
}
