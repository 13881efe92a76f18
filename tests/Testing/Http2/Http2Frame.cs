using System.Buffers.Binary;

namespace K8sRecorder.Testing.Http2;

/// <summary>A frame as it came (RFC 9113 4.1).</summary>
public sealed record Http2Frame(byte Type, byte Flags, int Stream, byte[] Payload)
{
    /// <summary>The error code of RST_STREAM and GOAWAY.</summary>
    public int Code => Type switch
    {
        Http2Frames.Reset => BinaryPrimitives.ReadInt32BigEndian(Payload),
        Http2Frames.GoAway => BinaryPrimitives.ReadInt32BigEndian(Payload.AsSpan(4)),
        _ => -1,
    };

    public bool EndsStream => Type is Http2Frames.Data or Http2Frames.Headers && (Flags & Http2Frames.EndStream) != 0;

    /// <summary>The status, where it is the first field and not coded by Huffman: as servers write it (RFC 7541 Appendix A: 8 to 14).</summary>
    public int Status => Payload[0] switch
    {
        0x88 => 200,
        0x89 => 204,
        0x8a => 206,
        0x8b => 304,
        0x8c => 400,
        0x8d => 404,
        0x8e => 500,
        _ when Payload.Length >= 5 && Payload[1] == 3 => ((Payload[2] - '0') * 100) + ((Payload[3] - '0') * 10) + (Payload[4] - '0'),
        _ => 0,
    };

    public bool Is(byte type, int stream) => Type == type && Stream == stream;
}
