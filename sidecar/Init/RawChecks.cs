using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace K8sRecorder.Sidecar.Init;

/// <summary>What a process with CAP_NET_RAW could send. Tried for real where we have that capability ourselves.</summary>
internal static class RawChecks
{
    private const int PacketFamily = 17;
    private const int XdpFamily = 44;
    private const int Raw = 3;
    private const int Datagram = 2; // of a packet socket: the kernel puts the link's header in front
    private const ushort Experimental = 0x88b5; // IEEE 802 local experimental EtherType 1
    private const int NetworkDown = 100;
    private const int NoBufferSpace = 105; // what a drop by an egress chain looks like from above
    private const int NoSuchFamily = 97;

    private static readonly byte[] Echo = [8, 0, 0xf7, 0xfd, 0, 1, 0, 1]; // type 8, its checksum, id 1, sequence 1

    public static Check Icmp(uint agent)
    {
        var to = new IPEndPoint(Family.V4.Nobody, 0);
        try
        {
            using var socket = ThreadUid.As(agent, () => OpenIcmp(SocketType.Raw) ?? OpenIcmp(SocketType.Dgram));
            if (socket is null)
                return Check.Skipped("icmp4", "takes CAP_NET_RAW to try");
            socket.SendTo(Echo, to);
            return Check.Failed("icmp4", $"an echo request to {to.Address} was sent");
        }
        catch (SocketException)
        {
            return Check.Ok("icmp4", $"an echo request to {to.Address} is refused at once");
        }
    }

    /// <summary>A frame past the network stack, by one interface. <see cref="CheckStatus.Failed"/> where it got out.</summary>
    public static Check Packet(uint agent, string name)
    {
        var check = $"packet-{name}";
        var index = InterfaceIndex(name);
        var descriptor = ThreadUid.As(agent, () => OpenSocket(PacketFamily, Datagram, 0));
        if (descriptor < 0)
            return Check.Skipped(check, "takes CAP_NET_RAW to try");
        try
        {
            // struct sockaddr_ll: family, protocol (network order), interface, type, kind, length and bytes of a hardware address (nobody's)
            var to = new byte[20];
            BitConverter.TryWriteBytes(to, (ushort)PacketFamily);
            (to[2], to[3]) = (Experimental >> 8, Experimental & 0xff);
            BitConverter.TryWriteBytes(to.AsSpan(4), index);
            (to[11], to[12]) = (6, 2);
            var sent = SendTo(descriptor, new byte[46], 46, 0, to, to.Length);
            return sent >= 0 ? Check.Failed(check, $"a frame of a packet socket left by {name}")
                : Marshal.GetLastPInvokeError() switch
                {
                    NoBufferSpace => Check.Ok(check, $"a frame of a packet socket is dropped before it leaves by {name}"),
                    NetworkDown => Check.Skipped(check, $"{name} is down"),
                    var error => Check.Skipped(check, $"{name}: {Marshal.GetPInvokeErrorMessage(error)}"),
                };
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Whether this kernel has XDP sockets, which send by the driver, past every hook. Nothing in a network namespace stops them.</summary>
    public static bool KernelHasXdpSockets()
    {
        var descriptor = OpenSocket(XdpFamily, Raw, 0);
        var error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
            _ = Close(descriptor);
        return descriptor >= 0 || error != NoSuchFamily;
    }

    private static Socket? OpenIcmp(SocketType type)
    {
        try
        {
            return new Socket(AddressFamily.InterNetwork, type, ProtocolType.Icmp);
        }
        catch (SocketException)
        {
            return null; // no right to, or ping_group_range leaves us out
        }
    }

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenSocket(int family, int type, int protocol);

    [DllImport("libc", EntryPoint = "sendto", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SendTo(int descriptor, byte[] bytes, nint length, int flags, byte[] to, int toLength);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int InterfaceIndex(string name);
}
