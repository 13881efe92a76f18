namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>A resolver's message, held against the question (RFC 5452 9.1).</summary>
internal static class DnsAnswer
{
    /// <summary>The id, the question, and every record must be what they should; a name's case does not matter, see 0x20.</summary>
    public static AnswerFit Check(ReadOnlySpan<byte> message, ushort id, ReadOnlySpan<byte> asked, in DnsQuestion question)
    {
        if (!DnsHeader.TryRead(message, out var header) || header.Id != id || !header.IsResponse || header.Opcode != 0)
            return AnswerFit.Other;
        if (header.Questions == 0)
        {
            // a server that could not make anything of the question may leave it out
            return header.Rcode is DnsRcode.FormErr or DnsRcode.ServFail or DnsRcode.NotImp or DnsRcode.Refused
                && header is { Answers: 0, Authorities: 0, IsTruncated: false } && TryWalk(message, header, DnsLimits.Header)
                ? AnswerFit.Whole : AnswerFit.Other;
        }
        var length = question.End - DnsLimits.Header;
        if (header.Questions != 1 || message.Length < question.End
            || !NameReader.AreSame(message.Slice(DnsLimits.Header, question.NameLength), asked.Slice(DnsLimits.Header, question.NameLength))
            || !message.Slice(DnsLimits.Header, length)[question.NameLength..].SequenceEqual(asked.Slice(DnsLimits.Header, length)[question.NameLength..]))
            return AnswerFit.Other;
        if (header.IsTruncated)
            return AnswerFit.Truncated;
        return TryWalk(message, header, question.End) ? AnswerFit.Whole : AnswerFit.Other;
    }

    /// <summary>Whether all records of an answer to this question are there.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> message, in DnsQuestion question) =>
        DnsHeader.TryRead(message, out var header) && TryWalk(message, header, question.End);

    /// <summary>The whole response code: EDNS has its upper bits (RFC 6891 6.1.3).</summary>
    public static int RcodeOf(ReadOnlySpan<byte> message)
    {
        if (!DnsHeader.TryRead(message, out var header))
            return DnsRcode.FormErr;
        var records = Records(message, header);
        while (records.MoveNext())
        {
            if (records.Current.Type == DnsType.OPT)
                return (int)(records.Current.Ttl >> 24 << 4) | header.Rcode;
        }
        return header.Rcode;
    }

    /// <summary>Its records, from the first of the answer section on. Where the question cannot be stepped over there are none.</summary>
    public static RecordReader Records(ReadOnlySpan<byte> message, DnsHeader header)
    {
        var at = DnsLimits.Header;
        for (var i = 0; i < header.Questions; i++)
        {
            if (!NameReader.TrySkip(message, at, out at) || at + 4 > message.Length)
                return new RecordReader(message, default, message.Length);
            at += 4;
        }
        return new RecordReader(message, header, at);
    }

    /// <summary>Whether every record is there and nothing follows the last.</summary>
    private static bool TryWalk(ReadOnlySpan<byte> message, DnsHeader header, int at)
    {
        var records = new RecordReader(message, header, at);
        while (records.MoveNext())
        {
            // step by step
        }
        return !records.IsMalformed && records.Next == message.Length;
    }
}
