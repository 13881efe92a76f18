using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Sidecar.Proxy;

/// <summary>
/// Host and port that an agent asks a proxy for (RFC 9110 7.1, RFC 9112 3.2.3). Strict, because two readers that took it for two places would
/// dial one and judge the other: a name of ASCII letters (an international one stands as <c>xn--</c>), four decimal numbers, or an IPv6 address in
/// brackets; no user, no zone, no other way to write an address.
/// </summary>
/// <param name="Host">Name in lower case without a last dot, or address without brackets.</param>
/// <param name="Address">The address, where it is one.</param>
/// <param name="Port">1 to 65535.</param>
internal readonly record struct ProxyAuthority(string Host, IPAddress? Address, int Port)
{
    private const int MaxName = 253;
    private const int MaxLabel = 63;
    private const int MaxAddress = 45;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."u8);
    private static readonly SearchValues<byte> HexBytes = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>As a URI has it.</summary>
    public string Text => Address?.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Reads an authority; null where it is none that can be dialled. <paramref name="port"/> stands for one that is not there; 0: it must be.</summary>
    public static ProxyAuthority? Read(ReadOnlySpan<byte> authority, int port)
    {
        var end = authority.IndexOf((byte)']') + 1;
        var isBracketed = authority.Length > 0 && authority[0] == '[';
        if (isBracketed != end > 0)
            return null;
        var colon = authority[end..].IndexOf((byte)':');
        var host = colon < 0 ? authority : authority[..(end + colon)];
        if (isBracketed && host.Length != end)
            return null;
        // an empty port is the scheme's (RFC 3986 3.2.3)
        var digits = colon < 0 ? default : authority[(host.Length + 1)..];
        if (digits.Length > 0 ? !TryPort(digits, out port) : port == 0)
            return null;
        return isBracketed ? OfAddress(host[1..^1], port) : OfName(host, port);
    }

    private static bool TryPort(ReadOnlySpan<byte> digits, out int port)
    {
        port = 0;
        if (digits.Length > 5 || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        foreach (var digit in digits)
            port = (port * 10) + digit - '0';
        return port is > 0 and <= 65535;
    }

    private static ProxyAuthority? OfAddress(ReadOnlySpan<byte> text, int port)
    {
        // no zone: it would name an interface of ours
        if (text.Length > MaxAddress || text.ContainsAnyExcept(AddressBytes)
            || !IPAddress.TryParse(Encoding.ASCII.GetString(text), out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            return null;
        return Of(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }

    private static ProxyAuthority? OfName(ReadOnlySpan<byte> host, int port)
    {
        if (host.EndsWith("."u8))
            host = host[..^1];
        if (host.Length is 0 or > MaxName || host.ContainsAnyExcept(NameBytes))
            return null;
        var last = default(ReadOnlySpan<byte>);
        foreach (var label in host.Split((byte)'.'))
        {
            last = host[label];
            if (last.Length is 0 or > MaxLabel)
                return null;
        }
        // the C library takes 127.1, 0x7f000001 and 2130706433 for addresses, too
        return IsNumber(last) ? OfNumbers(host, port) : new ProxyAuthority(Encoding.ASCII.GetString(host).ToLowerInvariant(), null, port);
    }

    private static ProxyAuthority? OfNumbers(ReadOnlySpan<byte> host, int port)
    {
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        foreach (var part in host.Split((byte)'.'))
        {
            var digits = host[part];
            if (count == 4 || digits.Length > 3 || (digits.Length > 1 && digits[0] == '0') || !byte.TryParse(digits, System.Globalization.NumberStyles.None, null, out bytes[count]))
                return null;
            count++;
        }
        return count == 4 ? Of(new IPAddress(bytes), port) : null;
    }

    private static bool IsNumber(ReadOnlySpan<byte> label) =>
        !label.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        || (label.Length >= 2 && label[0] == '0' && label[1] is (byte)'x' or (byte)'X' && !label[2..].ContainsAnyExcept(HexBytes));

    private static ProxyAuthority Of(IPAddress address, int port) => new(address.ToString(), address, port);
}
