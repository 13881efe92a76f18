using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Spool;

/// <summary>
/// A frame of a record file, little endian: <c>[u32 length][u32 crc32c of the payload][u8 type][u32 crc32c of the nine bytes before][payload]</c>.
/// The header has a check of its own, so that a frame that was cut short is told from one that was changed.
/// </summary>
internal static class Frame
{
    public const int HeaderLength = 13;
    private const int MaxLength = FormatNames.MaxChunk;
    private const int CheckAt = 9;

    /// <summary>Begins a frame; its payload is written next.</summary>
    public static int Begin(PooledBytes to, FrameType type)
    {
        var at = to.Length;
        var header = to.GetSpan(HeaderLength)[..HeaderLength];
        header.Clear();
        header[8] = (byte)type;
        to.Advance(HeaderLength);
        return at;
    }

    /// <summary>Ends the frame that began there.</summary>
    public static void End(PooledBytes to, int at)
    {
        var length = to.Length - at - HeaderLength;
        var header = to.Patch(at, HeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Crc(to.Patch(at + HeaderLength, length)));
        BinaryPrimitives.WriteUInt32LittleEndian(header[CheckAt..], Crc(header[..CheckAt]));
    }

    /// <summary>Reads the header at the front of the bytes.</summary>
    /// <returns>Whole: the header is, and <paramref name="length"/> bytes of payload should follow it.</returns>
    public static FrameCheck ReadHeader(ReadOnlySpan<byte> bytes, out FrameType type, out int length)
    {
        (type, length) = (default, 0);
        if (bytes.Length < HeaderLength)
            return FrameCheck.Torn;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[CheckAt..]) != Crc(bytes[..CheckAt]))
            return FrameCheck.Damaged;
        (type, length) = ((FrameType)bytes[8], BinaryPrimitives.ReadInt32LittleEndian(bytes));
        return length is >= 0 and <= MaxLength && type is >= FrameType.State and <= FrameType.End ? FrameCheck.Whole : FrameCheck.Damaged;
    }

    /// <summary>Whether the payload is the one that the header was made for.</summary>
    public static bool Holds(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == Crc(payload);

    /// <summary>Reads the frame at the front of the bytes. False: torn or damaged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameType type, out int payload, out int length)
    {
        payload = HeaderLength;
        return ReadHeader(bytes, out type, out length) == FrameCheck.Whole && length <= bytes.Length - HeaderLength
            && Holds(bytes, bytes.Slice(HeaderLength, length));
    }

    /// <summary>CRC-32C.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
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
