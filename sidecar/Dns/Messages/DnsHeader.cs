using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>The header of a message (RFC 1035 4.1.1).</summary>
internal readonly record struct DnsHeader(ushort Id, ushort Flags, ushort Questions, ushort Answers, ushort Authorities, ushort Additionals)
{
    public const ushort ResponseFlag = 0x8000;
    public const ushort TruncatedFlag = 0x0200;
    public const ushort RecursionDesiredFlag = 0x0100;
    public const ushort RecursionAvailableFlag = 0x0080;
    public const ushort AuthenticFlag = 0x0020;
    public const ushort CheckingDisabledFlag = 0x0010;

    private const int OpcodeShift = 11;
    private const int OpcodeMask = 0x0f;

    public bool IsResponse => (Flags & ResponseFlag) != 0;

    public bool IsTruncated => (Flags & TruncatedFlag) != 0;

    public int Opcode => (Flags >> OpcodeShift) & OpcodeMask;

    /// <summary>Its four bits; EDNS may have more.</summary>
    public int Rcode => Flags & 0x0f;

    /// <summary>Records behind the question.</summary>
    public int Records => Answers + Authorities + Additionals;

    public static bool TryRead(ReadOnlySpan<byte> message, out DnsHeader header)
    {
        header = default;
        if (message.Length < DnsLimits.Header)
            return false;
        header = new DnsHeader(Word(message, 0), Word(message, 2), Word(message, 4), Word(message, 6), Word(message, 8), Word(message, 10));
        return true;
    }

    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message, Id);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Flags);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], Questions);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], Answers);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], Authorities);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], Additionals);
    }

    private static ushort Word(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
}
