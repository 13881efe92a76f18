using System.Buffers.Binary;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>Answers that the recorder writes itself.</summary>
internal static class OwnAnswer
{
    // what passes any network unfragmented (DNS flag day 2020)
    private const ushort UdpSize = 1232;
    private const ushort ExtendedError = 15;
    private const ushort Blocked = 15;
    private const int EdnsBytes = 11;
    private const int ExtendedErrorBytes = 6;

    /// <summary>A response code in place of an answer.</summary>
    public static byte[] Write(ReadOnlySpan<byte> asked, in DnsQuestion question, int rcode, bool isBlocked = false) =>
        Write(asked, question, (ushort)((question.Header.Flags & DnsHeader.CheckingDisabledFlag) | DnsHeader.RecursionAvailableFlag | rcode), isBlocked);

    /// <summary>What does not fit into a datagram, without its records: the agent asks again by TCP.</summary>
    public static byte[] WriteTruncated(ReadOnlySpan<byte> asked, in DnsQuestion question, ReadOnlySpan<byte> answer)
    {
        DnsHeader.TryRead(answer, out var header);
        return Write(asked, question, (ushort)(header.Flags | DnsHeader.TruncatedFlag), isBlocked: false);
    }

    private static byte[] Write(ReadOnlySpan<byte> asked, in DnsQuestion question, ushort flags, bool isBlocked)
    {
        var length = question.NameLength == 0 ? DnsLimits.Header : question.End;
        var extra = !question.HasEdns ? 0 : isBlocked ? EdnsBytes + ExtendedErrorBytes : EdnsBytes;
        var message = new byte[length + extra];
        asked[..length].CopyTo(message);
        const ushort Kept = DnsHeader.RecursionDesiredFlag | 0x7800; // and the opcode
        new DnsHeader(
            question.Header.Id, (ushort)((question.Header.Flags & Kept) | flags | DnsHeader.ResponseFlag), (ushort)(length > DnsLimits.Header ? 1 : 0), 0, 0,
            (ushort)(extra > 0 ? 1 : 0)).Write(message);
        if (extra > 0)
        {
            var edns = message.AsSpan(length);
            BinaryPrimitives.WriteUInt16BigEndian(edns[1..], DnsType.OPT);
            BinaryPrimitives.WriteUInt16BigEndian(edns[3..], UdpSize);
            if (isBlocked)
            {
                // RFC 8914 4.16: somebody on the way has it blocked
                BinaryPrimitives.WriteUInt16BigEndian(edns[9..], ExtendedErrorBytes);
                BinaryPrimitives.WriteUInt16BigEndian(edns[11..], ExtendedError);
                BinaryPrimitives.WriteUInt16BigEndian(edns[13..], 2);
                BinaryPrimitives.WriteUInt16BigEndian(edns[15..], Blocked);
            }
        }
        return message;
    }
}
