using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>Where a redirected connection was meant to go: <c>SO_ORIGINAL_DST</c> (linux/netfilter_ipv4.h), <c>IP6T_SO_ORIGINAL_DST</c>.</summary>
internal static class OriginalDestination
{
    private const int SolIp = 0;
    private const int SolIpv6 = 41;
    private const int OriginalDst = 80;

    /// <summary>Null where the kernel knows of no redirection: somebody connected to the listener itself.</summary>
    public static IPEndPoint? Of(Socket accepted) => accepted.AddressFamily == AddressFamily.InterNetworkV6 ? OfV6(accepted) : OfV4(accepted);

    private static IPEndPoint? OfV4(Socket accepted)
    {
        Span<byte> address = stackalloc byte[16]; // sockaddr_in: family, port, address
        return TryAsk(accepted, SolIp, address)
            ? new IPEndPoint(new IPAddress(address.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(address[2..]))
            : null;
    }

    private static IPEndPoint? OfV6(Socket accepted)
    {
        Span<byte> address = stackalloc byte[28]; // sockaddr_in6: family, port, flow, address, scope
        return TryAsk(accepted, SolIpv6, address)
            ? new IPEndPoint(
                new IPAddress(address.Slice(8, 16), BinaryPrimitives.ReadUInt32LittleEndian(address[24..])), BinaryPrimitives.ReadUInt16BigEndian(address[2..]))
            : null;
    }

    private static bool TryAsk(Socket accepted, int level, Span<byte> address)
    {
        try
        {
            return accepted.GetRawSocketOption(level, OriginalDst, address) == address.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
