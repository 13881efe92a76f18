using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>Frames as their bytes, Latin-1: one char a byte (RFC 6455 5.2).</summary>
internal static class Frames
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    /// <summary>A frame of the target's.</summary>
    public static string Of(int opcode, string payload, bool final = true, int reserved = 0) => Make(opcode, payload, final, reserved, null);

    /// <summary>A frame of the agent's, masked.</summary>
    public static string Masked(int opcode, string payload, bool final = true, int reserved = 0, uint mask = 0x3d21fa37) =>
        Make(opcode, payload, final, reserved, mask);

    /// <summary>The payload of a close frame.</summary>
    public static string CloseOf(int code, string reason = "") => $"{(char)(code >> 8)}{(char)(code & 0xff)}{reason}";

    /// <summary>Text as its UTF-8 bytes.</summary>
    public static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>Compresses messages one after the other, each building on the ones before, or not (RFC 7692 7.2.1).</summary>
    public static IEnumerable<string> Deflated(IEnumerable<string> messages, bool forgets)
    {
        using var written = new MemoryStream();
        DeflateStream? deflate = null;
        foreach (var message in messages)
        {
            if (forgets)
                deflate = null;
            deflate ??= new DeflateStream(written, CompressionLevel.Optimal, leaveOpen: true);
            written.SetLength(0);
            deflate.Write(Encoding.Latin1.GetBytes(message));
            deflate.Flush();
            var bytes = Encoding.Latin1.GetString(written.ToArray());
            yield return bytes.EndsWith("\0\0\u00ff\u00ff", StringComparison.Ordinal) ? bytes[..^4] : "\0";
        }
    }

    private static string Make(int opcode, string payload, bool final, int reserved, uint? mask)
    {
        var bytes = Encoding.Latin1.GetBytes(payload);
        var frame = new List<byte> { (byte)((final ? 0x80 : 0) | (reserved << 4) | opcode) };
        var masked = mask is null ? 0 : 0x80;
        Span<byte> wide = stackalloc byte[8];
        if (bytes.Length < 126)
            frame.Add((byte)(masked | bytes.Length));
        else if (bytes.Length < 65536)
            frame.AddRange([(byte)(masked | 126), (byte)(bytes.Length >> 8), (byte)bytes.Length]);
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(wide, bytes.Length);
            frame.AddRange([(byte)(masked | 127), .. wide]);
        }
        if (mask is { } key)
        {
            BinaryPrimitives.WriteUInt32BigEndian(wide, key);
            frame.AddRange(wide[..4]);
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] ^= wide[i & 3];
        }
        frame.AddRange(bytes);
        return Encoding.Latin1.GetString([.. frame]);
    }
}
