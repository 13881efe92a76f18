using System.Globalization;
using System.Net;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>Names that stand for an address (RFC 1035 3.5, RFC 3596 2.5).</summary>
internal static class ReverseName
{
    private const string V4 = ".in-addr.arpa";
    private const string V6 = ".ip6.arpa";

    /// <summary>
    /// Whether a name is that of a private address, whole. No resolver asks the world for those (RFC 6303): names under any other address can be
    /// a zone of whoever listens there, and are a way out.
    /// </summary>
    public static bool IsPrivate(DnsName name) => TryRead(name.Text, out var address) && IsPrivate(address);

    private static bool IsPrivate(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4
            ? bytes is [10 or 127, ..] or [192, 168, ..] or [169, 254, ..] || (bytes[0] == 172 && bytes[1] >> 4 == 1) || (bytes[0] == 100 && bytes[1] >> 6 == 1)
            : IPAddress.IsLoopback(address) || (bytes[0] & 0xfe) == 0xfc || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
    }

    private static bool TryRead(string name, out IPAddress address)
    {
        address = IPAddress.None;
        if (name.EndsWith(V4, StringComparison.Ordinal))
        {
            var labels = name[..^V4.Length].Split('.');
            var bytes = new byte[4];
            if (labels.Length != bytes.Length)
                return false;
            for (var i = 0; i < bytes.Length; i++)
            {
                var label = labels[^(i + 1)];
                if (!byte.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]) || (label.Length > 1 && label[0] == '0'))
                    return false;
            }
            address = new IPAddress(bytes);
            return true;
        }
        if (name.EndsWith(V6, StringComparison.Ordinal))
        {
            var nibbles = name[..^V6.Length];
            if (nibbles.Length != 63)
                return false;
            var digits = new char[32];
            for (var i = 0; i < digits.Length; i++)
            {
                if (!char.IsAsciiHexDigitLower(nibbles[i * 2]) || (i > 0 && nibbles[(i * 2) - 1] != '.'))
                    return false;
                digits[^(i + 1)] = nibbles[i * 2];
            }
            address = new IPAddress(Convert.FromHexString(digits));
            return true;
        }
        return false;
    }
}
