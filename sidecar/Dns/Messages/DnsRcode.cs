using System.Globalization;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Response codes (RFC 1035 4.1.1, RFC 6895 2.3).</summary>
internal static class DnsRcode
{
    public const int NoError = 0;
    public const int FormErr = 1;
    public const int ServFail = 2;
    public const int NotImp = 4;
    public const int Refused = 5;

    public static string NameOf(int rcode) => rcode switch
    {
        NoError => "NOERROR",
        FormErr => "FORMERR",
        ServFail => "SERVFAIL",
        3 => "NXDOMAIN",
        NotImp => "NOTIMP",
        Refused => "REFUSED",
        6 => "YXDOMAIN",
        7 => "YXRRSET",
        8 => "NXRRSET",
        9 => "NOTAUTH",
        10 => "NOTZONE",
        16 => "BADVERS",
        23 => "BADCOOKIE",
        _ => string.Create(CultureInfo.InvariantCulture, $"RCODE{rcode}"),
    };
}
