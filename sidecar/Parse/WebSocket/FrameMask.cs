using System.Buffers.Binary;
using System.Numerics;

namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>Takes a frame's mask off a copy of its payload (RFC 6455 5.3).</summary>
internal static class FrameMask
{
    /// <param name="masked">Bytes of the payload.</param>
    /// <param name="clear">Takes as many.</param>
    /// <param name="mask">The mask, its first byte the lowest; 0 where there is none.</param>
    /// <param name="offset">Where in the payload they begin.</param>
    public static void Undo(ReadOnlySpan<byte> masked, Span<byte> clear, uint mask, long offset)
    {
        if (mask == 0)
        {
            masked.CopyTo(clear);
            return;
        }
        var turned = BitOperations.RotateRight(mask, (int)(offset & 3) * 8);
        var wide = ((ulong)turned << 32) | turned;
        var at = 0;
        for (; at + 8 <= masked.Length; at += 8)
            BinaryPrimitives.WriteUInt64LittleEndian(clear[at..], BinaryPrimitives.ReadUInt64LittleEndian(masked[at..]) ^ wide);
        for (; at < masked.Length; at++)
            clear[at] = (byte)(masked[at] ^ (turned >> ((at & 3) * 8)));
    }
}
