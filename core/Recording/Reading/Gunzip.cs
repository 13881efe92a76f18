using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace K8sRecorder.Recording.Reading;

/// <summary>Bounded gunzip of a whole object. Total: hostile bytes give a code, never an exception, and never more than the bound.</summary>
internal static class Gunzip
{
    /// <summary>The plain bytes in a buffer of <see cref="ArrayPool{T}.Shared"/>, or null with the reason.</summary>
    public static byte[]? TryRead(ReadOnlyMemory<byte> stored, int limit, out int length, out FindingCode problem)
    {
        length = 0;
        problem = FindingCode.NotGzip;
        if (stored.Length < 18)
            return null;
        // The trailer says the plain size modulo 2^32: a hint for the buffer, believed within bounds.
        var hint = BinaryPrimitives.ReadUInt32LittleEndian(stored.Span[^4..]);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(hint + 1L, 4096, Math.Min(limit + 1L, 4096 + (stored.Length * 16L))));
        try
        {
            using var gzip = new GZipStream(new ReadOnlyMemoryStream(stored), CompressionMode.Decompress);
            while (true)
            {
                if (length > limit)
                {
                    problem = FindingCode.TooLarge;
                    break;
                }

                if (length == buffer.Length)
                    Grow(ref buffer, limit);
                var read = gzip.Read(buffer, length, buffer.Length - length);
                if (read == 0)
                {
                    // The decompressor is content without the trailer, or with bytes behind it: the format is one whole member.
                    if (hint == (uint)length)
                        return buffer;
                    break;
                }

                length += read;
            }
        }
        catch (InvalidDataException)
        {
            problem = FindingCode.NotGzip;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        length = 0;
        return null;
    }

    private static void Grow(ref byte[] buffer, int limit)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(limit + 1L, buffer.Length * 2L));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
