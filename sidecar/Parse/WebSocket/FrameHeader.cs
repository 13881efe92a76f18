namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>What stands before a frame's payload (RFC 6455 5.2).</summary>
/// <param name="IsFinal">Whether the message ends with it.</param>
/// <param name="Reserved">The three reserved bits, RSV1 the highest.</param>
/// <param name="Opcode">0 to 15.</param>
/// <param name="IsMasked">Whether <paramref name="Mask"/> lies over the payload.</param>
/// <param name="Mask">The four bytes of the mask as they stand on the wire, the first the lowest.</param>
/// <param name="Length">Bytes of the payload; -1 where it is said to be longer than the protocol can say (2^63 and more).</param>
internal readonly record struct FrameHeader(bool IsFinal, int Reserved, int Opcode, bool IsMasked, uint Mask, long Length)
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    /// <summary>RSV1: the message is compressed (RFC 7692 6).</summary>
    public const int Compressed = 4;

    public bool IsControl => Opcode >= 8;
}
