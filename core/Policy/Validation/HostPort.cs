using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Policy.Validation;

/// <summary>A name or address with a port, as <c>upstream.address</c> and <c>listen</c> write it.</summary>
/// <param name="Host">Name or address; IPv6 without brackets.</param>
/// <param name="Port">From 1 to 65535.</param>
internal readonly record struct HostPort(string Host, int Port)
{
    /// <summary>The address, if the host is one and not a name.</summary>
    public IPAddress? Address => Addresses.Parse(Host);

    public static bool TryParse(string text, out HostPort parsed)
    {
        parsed = default;
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !TryParsePort(text.AsSpan(colon + 1), out var port))
            return false;
        var host = text[..colon];
        if (host is ['[', .., ']'])
            parsed = new HostPort(host[1..^1], port);
        else
            parsed = new HostPort(host, port);
        return host[0] == '['
            ? parsed.Address is { AddressFamily: AddressFamily.InterNetworkV6 }
            : parsed.Address is { AddressFamily: AddressFamily.InterNetwork } || Addresses.IsName(host);
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
}
