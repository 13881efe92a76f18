using System.Globalization;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Types and classes of records that have a meaning here, and their names (IANA, DNS parameters).</summary>
internal static class DnsType
{
    public const ushort A = 1;
    public const ushort NS = 2;
    public const ushort MD = 3;
    public const ushort MF = 4;
    public const ushort CNAME = 5;
    public const ushort SOA = 6;
    public const ushort MB = 7;
    public const ushort MG = 8;
    public const ushort MR = 9;
    public const ushort PTR = 12;
    public const ushort MINFO = 14;
    public const ushort MX = 15;
    public const ushort TXT = 16;
    public const ushort RP = 17;
    public const ushort AFSDB = 18;
    public const ushort RT = 21;
    public const ushort AAAA = 28;
    public const ushort SRV = 33;
    public const ushort NAPTR = 35;
    public const ushort KX = 36;
    public const ushort DNAME = 39;
    public const ushort OPT = 41;
    public const ushort SPF = 99;
    public const ushort SVCB = 64;
    public const ushort HTTPS = 65;
    public const ushort IXFR = 251;
    public const ushort AXFR = 252;

    /// <summary>The Internet.</summary>
    public const ushort ClassIN = 1;

    /// <summary>The type's name; <c>TYPE</c> and the number where it has none here (RFC 3597 5).</summary>
    public static string NameOf(ushort type) => type switch
    {
        A => "A",
        NS => "NS",
        CNAME => "CNAME",
        SOA => "SOA",
        PTR => "PTR",
        13 => "HINFO",
        MX => "MX",
        TXT => "TXT",
        RP => "RP",
        AAAA => "AAAA",
        SRV => "SRV",
        NAPTR => "NAPTR",
        DNAME => "DNAME",
        OPT => "OPT",
        43 => "DS",
        46 => "RRSIG",
        47 => "NSEC",
        48 => "DNSKEY",
        50 => "NSEC3",
        52 => "TLSA",
        SVCB => "SVCB",
        HTTPS => "HTTPS",
        SPF => "SPF",
        IXFR => "IXFR",
        AXFR => "AXFR",
        255 => "ANY",
        256 => "URI",
        257 => "CAA",
        10 => "NULL",
        _ => string.Create(CultureInfo.InvariantCulture, $"TYPE{type}"),
    };

    /// <summary>The class's name; <c>CLASS</c> and the number where it has none.</summary>
    public static string NameOfClass(ushort @class) => @class switch
    {
        ClassIN => "IN",
        3 => "CH",
        4 => "HS",
        254 => "NONE",
        255 => "ANY",
        _ => string.Create(CultureInfo.InvariantCulture, $"CLASS{@class}"),
    };
}
