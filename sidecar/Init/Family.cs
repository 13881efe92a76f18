using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Init;

/// <summary>One of the two address families, with an address of the documentation's (RFC 5737, RFC 3849): nobody answers there.</summary>
internal sealed record Family(string Suffix, AddressFamily Kind, IPAddress Loopback, IPAddress Nobody)
{
    private const int OriginalDestination = 80; // SO_ORIGINAL_DST, and IP6T_SO_ORIGINAL_DST

    public static readonly Family V4 = new("4", AddressFamily.InterNetwork, IPAddress.Loopback, IPAddress.Parse("192.0.2.1"));

    public static readonly Family V6 = new("6", AddressFamily.InterNetworkV6, IPAddress.IPv6Loopback, IPAddress.Parse("2001:db8::1"));

    /// <summary>Nothing can leave by this family at all: no address, no route, or the kernel does without it.</summary>
    public static bool IsAbsent(SocketError error) =>
        error is SocketError.NetworkUnreachable or SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;

    /// <summary>Where a redirected connection wanted to go; null where it was not redirected.</summary>
    public IPEndPoint? OriginalDestinationOf(Socket accepted)
    {
        Span<byte> raw = stackalloc byte[28];
        try
        {
            var length = accepted.GetRawSocketOption(Kind == AddressFamily.InterNetwork ? 0 : 41, OriginalDestination, raw);
            var address = Kind == AddressFamily.InterNetwork ? raw.Slice(4, 4) : raw.Slice(8, 16);
            return length >= 16 ? new IPEndPoint(new IPAddress(address), raw[2] << 8 | raw[3]) : null;
        }
        catch (SocketException)
        {
            return null; // conntrack knows no such connection
        }
    }
}
