using System.Buffers.Binary;
using System.Net;

namespace K8sRecorder.Integration.Redirect;

/// <summary>Packets as somebody writes them who does not leave it to the kernel.</summary>
internal static class Frames
{
    public const int Icmp = 1, Tcp = 6, Udp = 17;

    /// <summary>An IPv4 packet with a right checksum.</summary>
    public static byte[] Ipv4(string from, string to, int protocol, byte[] payload)
    {
        byte[] head =
        [
            0x45, 0, 0, 0, 0, 1, 0, 0, 64, (byte)protocol, 0, 0,
            .. IPAddress.Parse(from).GetAddressBytes(), .. IPAddress.Parse(to).GetAddressBytes(),
        ];
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)(head.Length + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(10), Checksum(head));
        return [.. head, .. payload];
    }

    /// <summary>A UDP datagram without a checksum.</summary>
    public static byte[] UdpOf(int from, int to, byte[] payload) =>
        [(byte)(from >> 8), (byte)from, (byte)(to >> 8), (byte)to, (byte)((payload.Length + 8) >> 8), (byte)(payload.Length + 8), 0, 0, .. payload];

    /// <summary>An ICMP echo request with a right checksum.</summary>
    public static byte[] Echo(byte[] payload)
    {
        byte[] message = [8, 0, 0, 0, 0, 1, 0, 1, .. payload];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return message;
    }

    /// <summary>A TCP segment with ACK and PSH, of a connection that is somebody else's.</summary>
    public static byte[] Segment(string from, int fromPort, string to, int toPort, byte[] payload)
    {
        byte[] segment = [(byte)(fromPort >> 8), (byte)fromPort, (byte)(toPort >> 8), (byte)toPort, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 4, 0, 0, 0, 0, 0, .. payload];
        byte[] pseudo = [.. IPAddress.Parse(from).GetAddressBytes(), .. IPAddress.Parse(to).GetAddressBytes(), 0, 6, (byte)(segment.Length >> 8), (byte)segment.Length, .. segment];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16), Checksum(pseudo));
        return segment;
    }

    /// <summary>Whether an Ethernet frame opens a TCP connection to this address, by IPv4 or IPv6 without extension headers.</summary>
    public static bool Opens(byte[] frame, string address)
    {
        var to = IPAddress.Parse(address).GetAddressBytes();
        var (protocolAt, toAt, head) = to.Length == 4 ? (14 + 9, 14 + 16, 14 + 20) : (14 + 6, 14 + 24, 14 + 40);
        return frame.Length > head + 13 && frame[12] << 8 == (to.Length == 4 ? 0x0800 : 0x8600) && frame[protocolAt] == Tcp
            && frame.AsSpan(toAt, to.Length).SequenceEqual(to) && (frame[head + 13] & 0x12) == 2;
    }

    /// <summary>Whether an Ethernet frame has IPv4 or IPv6 in it.</summary>
    public static bool IsIp(byte[] frame) => frame.Length > 14 && ((frame[12] == 8 && frame[13] == 0) || (frame[12] == 0x86 && frame[13] == 0xdd));

    /// <summary>The same but for what the kernel says of itself to its neighbours.</summary>
    public static bool IsOfTransport(byte[] frame) => IsIp(frame) && !(frame[12] == 0x86 && frame[14 + 6] is 0 or 58);

    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var i = 0; i < bytes.Length; i += 2)
            sum += (uint)(bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
