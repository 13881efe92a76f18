using System.Net;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>
/// Finds the addresses that an answer gives for the name that was asked for: its own, or those at the end of its chain of aliases; from the
/// answer section alone. Whatever else a message says of other names is nobody's question.
/// </summary>
internal static class AnswerAddresses
{
    private const int LongestChain = 16;
    private const int MostAddresses = 64;

    /// <summary>Enters them into the book.</summary>
    public static void Learn(ReadOnlySpan<byte> message, ReadOnlySpan<byte> askedName, in DnsQuestion question, AddressBook book)
    {
        if (question is not { Type: DnsType.A or DnsType.AAAA, Class: DnsType.ClassIN } || !DnsHeader.TryRead(message, out var header)
            || header.Rcode != DnsRcode.NoError)
            return;
        Span<byte> name = stackalloc byte[DnsLimits.Name];
        Span<byte> owner = stackalloc byte[DnsLimits.Name];
        askedName.CopyTo(name);
        var length = askedName.Length;
        var chainLives = uint.MaxValue;
        for (var aliases = 0; aliases <= LongestChain; aliases++)
        {
            var learned = 0;
            var isAlias = false;
            var records = DnsAnswer.Records(message, header);
            while (records.MoveNext() && records.Current.Section == DnsSection.Answer && learned < MostAddresses)
            {
                var record = records.Current;
                if (record.Class != DnsType.ClassIN || !NameReader.TryRead(message, record.Owner, owner, out var ownerLength, out _)
                    || !NameReader.AreSame(owner[..ownerLength], name[..length]))
                    continue;
                if (record.Type == question.Type && record.DataLength == (question.Type == DnsType.A ? 4 : 16))
                {
                    book.Learn(question.Name, new IPAddress(record.DataOf(message)), TimeSpan.FromSeconds(Math.Min(chainLives, Lives(record))));
                    learned++;
                }
                else if (record.Type == DnsType.CNAME && learned == 0 && NameReader.TryRead(message, record.Data, owner, out var aliasLength, out var next)
                    && next == record.End)
                {
                    owner[..aliasLength].CopyTo(name);
                    length = aliasLength;
                    chainLives = Math.Min(chainLives, Lives(record));
                    isAlias = true;
                    break;
                }
            }
            if (!isAlias)
                return;
        }
    }

    /// <summary>With its upper bit set a time to live is none (RFC 2181 8).</summary>
    private static uint Lives(in DnsRecordPlace record) => record.Ttl > int.MaxValue ? 0 : record.Ttl;
}
