using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Spool;

/// <summary>A frame of a record file: <c>[u32 length][u32 crc32c of type and payload][u8 type][payload]</c>, little endian.</summary>
internal static class Frame
{
    private const int HeaderLength = 9;
    private const int MaxLength = FormatNames.MaxChunk;

    /// <summary>Begins a frame; its payload is written next.</summary>
    public static int Begin(PooledBytes to, FrameType type)
    {
        var at = to.Length;
        to.GetSpan(HeaderLength)[..8].Clear();
        to.Advance(8);
        to.WriteByte((byte)type);
        return at;
    }

    /// <summary>Ends the frame that began there.</summary>
    public static void End(PooledBytes to, int at)
    {
        var length = to.Length - at - HeaderLength;
        BinaryPrimitives.WriteInt32LittleEndian(to.Patch(at, 4), length);
        BinaryPrimitives.WriteUInt32LittleEndian(to.Patch(at + 4, 4), Crc(to.Patch(at + 8, length + 1)));
    }

    /// <summary>Reads the frame at the front of the bytes. False: torn, or not a frame.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameType type, out int payload, out int length)
    {
        (type, payload, length) = (default, HeaderLength, 0);
        if (bytes.Length < HeaderLength)
            return false;
        length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is < 0 or > MaxLength || length > bytes.Length - HeaderLength)
            return false;
        type = (FrameType)bytes[8];
        return type is >= FrameType.State and <= FrameType.End
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == Crc(bytes.Slice(8, length + 1));
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var value in bytes[(words.Length * 8)..])
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
