using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>
/// What an agent asked: one question and what EDNS says of the answer (RFC 1035 4.1.2, RFC 6891). Strict, because whatever a message holds
/// beside a question is a way out: transfers, updates and records that go to the resolver are not taken.
/// </summary>
/// <param name="Header">The message's header.</param>
/// <param name="Name">The name that is asked for, to compare by.</param>
/// <param name="NameLength">Its bytes in the message, from <see cref="DnsLimits.Header"/> on; questions are not compressed.</param>
/// <param name="Type">What of it.</param>
/// <param name="Class">In which class.</param>
/// <param name="UdpSize">Bytes that an answer by UDP may have.</param>
/// <param name="Options">Where its EDNS options stand, and how many bytes.</param>
/// <param name="HasEdns">Whether it speaks EDNS at all.</param>
internal readonly record struct DnsQuestion(
    DnsHeader Header, DnsName Name, int NameLength, ushort Type, ushort Class, int UdpSize, (int At, int Length) Options, bool HasEdns)
{
    private const int TypeAndClass = 4;

    /// <summary>What follows the question in the message.</summary>
    public int End => NameLength == 0 ? DnsLimits.Header : DnsLimits.Header + NameLength + TypeAndClass;

    public static QuestionFault TryParse(ReadOnlySpan<byte> message, out DnsQuestion question)
    {
        question = default;
        if (!DnsHeader.TryRead(message, out var header) || header.IsResponse)
            return QuestionFault.NoQuestion;
        question = new DnsQuestion { Header = header, UdpSize = DnsLimits.Udp };
        if (header.Opcode != 0)
            return QuestionFault.Unsupported;
        Span<byte> name = stackalloc byte[DnsLimits.Name];
        if (message.Length > DnsLimits.Question || header.Questions != 1 || header.IsTruncated
            || !NameReader.TryRead(message, DnsLimits.Header, name, out var length, out var next) || next != DnsLimits.Header + length
            || next + TypeAndClass > message.Length)
            return QuestionFault.Malformed;
        var type = BinaryPrimitives.ReadUInt16BigEndian(message[next..]);
        question = question with
        {
            Name = DnsName.FromWire(name[..length]),
            NameLength = length,
            Type = type,
            Class = BinaryPrimitives.ReadUInt16BigEndian(message[(next + 2)..]),
        };
        if (type is DnsType.AXFR or DnsType.IXFR)
            return QuestionFault.Unsupported;
        if (header.Answers != 0 || header.Authorities != 0 || header.Additionals > 1)
            return QuestionFault.Malformed;
        var records = new RecordReader(message, header, question.End);
        if (records.MoveNext())
        {
            var edns = records.Current;
            if (edns.Type != DnsType.OPT || message[edns.Owner] != 0)
                return QuestionFault.Malformed;
            question = question with
            {
                UdpSize = Math.Max((int)edns.Class, DnsLimits.Udp),
                Options = (edns.Data, edns.DataLength),
                HasEdns = true,
            };
        }
        return records.IsMalformed || records.Next != message.Length ? QuestionFault.Malformed : QuestionFault.None;
    }
}
