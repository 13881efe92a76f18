using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Policy.Validation;

/// <summary>The forms of hosts and addresses.</summary>
internal static class Addresses
{
    /// <summary>An address in its usual form; the shorthands of inet_aton (127.1, 0x7f000001) are not taken.</summary>
    public static IPAddress? Parse(string text)
    {
        if (!IPAddress.TryParse(text, out var address) || text.Contains('%', StringComparison.Ordinal))
            return null;
        return address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text ? address : null;
    }

    /// <summary>A DNS name: labels of letters, digits, - and _, the last one not a number.</summary>
    public static bool IsName(string name)
    {
        if (name.Length is 0 or > 253)
            return false;
        var labels = name.Split('.');
        return labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit);
    }

    /// <summary>A host of a target: an exact name, an address, or <c>*.suffix</c>.</summary>
    public static bool IsHostPattern(string host) =>
        host.StartsWith("*.", StringComparison.Ordinal) ? IsName(host[2..]) : IsName(host) || Parse(host) is not null;

    /// <summary>An address range whose host bits are zero.</summary>
    public static bool IsRange(string cidr)
    {
        var slash = cidr.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && Parse(cidr[..slash]) is { } address && IPNetwork.TryParse(cidr, out var network) && network.BaseAddress.Equals(address);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
