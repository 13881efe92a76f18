namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Where the data of a type holds names that may be compressed (RFC 3597 4).</summary>
/// <param name="Before">Bytes before the first.</param>
/// <param name="Names">How many there are, one behind the other.</param>
/// <param name="After">Bytes behind the last.</param>
internal readonly record struct NameLayout(int Before, int Names, int After)
{
    private const int SoaNumbers = 20;

    public static NameLayout Of(ushort type) => type switch
    {
        DnsType.NS or DnsType.MD or DnsType.MF or DnsType.CNAME or DnsType.MB or DnsType.MG or DnsType.MR or DnsType.PTR or DnsType.DNAME => new(0, 1, 0),
        DnsType.MINFO or DnsType.RP => new(0, 2, 0),
        DnsType.SOA => new(0, 2, SoaNumbers),
        DnsType.MX or DnsType.AFSDB or DnsType.RT or DnsType.KX => new(2, 1, 0),
        DnsType.SRV => new(6, 1, 0),
        _ => default,
    };

    /// <summary>Whether a record's data is in this form.</summary>
    public bool Fits(ReadOnlySpan<byte> message, in DnsRecordPlace record)
    {
        var at = record.Data + Before;
        for (var i = 0; i < Names; i++)
        {
            if (at >= record.End || !NameReader.TrySkip(message, at, out at) || at > record.End)
                return false;
        }
        return at + After == record.End;
    }
}
