namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>
/// A message's records as they stand in the recording (docs/recording-format.md, <c>answers</c>): one a line, <c>owner TYPE data</c>, where
/// <c>@</c> is the name that was asked for. Without times to live, so that the same answer is the same text again.
/// </summary>
internal static class AnswerText
{
    /// <summary>Writes all records of a message that was checked (<see cref="DnsAnswer.Check"/>), or those that can be read.</summary>
    /// <returns>The shortest time to live of the answer section, in seconds; null where it has no record.</returns>
    public static uint? Write(ReadOnlySpan<byte> message, ReadOnlySpan<byte> askedName, DnsTextWriter text)
    {
        if (!DnsHeader.TryRead(message, out var header))
            return null;
        uint? least = null;
        var section = DnsSection.Answer;
        Span<byte> owner = stackalloc byte[DnsLimits.Name];
        var records = DnsAnswer.Records(message, header);
        while (records.MoveNext() && !text.IsCut)
        {
            var record = records.Current;
            if (record.Type == DnsType.OPT)
            {
                OptionsText.Write(record.DataOf(message), text);
                continue;
            }
            if (record.Section != section)
            {
                section = record.Section;
                text.Write(section == DnsSection.Authority ? ";; authority\n"u8 : ";; additional\n"u8);
            }
            if (record.Section == DnsSection.Answer)
                least = Math.Min(least ?? uint.MaxValue, record.Ttl);
            NameReader.TryRead(message, record.Owner, owner, out var length, out _);
            if (NameReader.AreSame(owner[..length], askedName))
                text.Write("@"u8);
            else
                DnsNameText.Write(owner[..length], text);
            text.Write(" "u8);
            WriteToken(DnsType.NameOf(record.Type), text);
            if (record.Class != DnsType.ClassIN)
            {
                text.Write(" "u8);
                WriteToken(DnsType.NameOfClass(record.Class), text);
            }
            text.Write(" "u8);
            RecordDataText.Write(message, record, text);
            text.Write("\n"u8);
        }
        return least;
    }

    /// <summary>A name or number of ours: ASCII.</summary>
    public static void WriteToken(string token, DnsTextWriter text)
    {
        foreach (var c in token)
            text.Write((byte)c);
    }
}
