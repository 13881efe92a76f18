using System.Net;
using System.Runtime.InteropServices;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>Who asks: the address and port of a datagram.</summary>
internal readonly record struct SourceKey(UInt128 Address, uint FamilyAndPort)
{
    // struct sockaddr_in and sockaddr_in6: family, port, then the address at 4 and at 8
    private const int V4Address = 4;
    private const int V6Address = 8;
    private const int V6Length = 24;

    public static SourceKey Of(SocketAddress address)
    {
        var bytes = address.Buffer.Span[..address.Size];
        var head = MemoryMarshal.Read<uint>(bytes);
        return bytes.Length >= V6Length ? new SourceKey(MemoryMarshal.Read<UInt128>(bytes[V6Address..]), head) : new SourceKey(MemoryMarshal.Read<uint>(bytes[V4Address..]), head);
    }
}
