using System.Runtime.InteropServices;

namespace K8sRecorder.Integration.Redirect;

/// <summary>Sockets that .NET has no names for, as a hostile process opens them.</summary>
internal static class RawSocket
{
    public const int Internet = 2, InternetV6 = 10, Packet = 17, Stream = 1, Datagram = 2, Raw = 3;

    /// <summary>Opens one, sets options, sends once, closes. 0, or errno of what failed.</summary>
    public static int Send(int family, int type, int protocol, byte[] to, byte[] bytes, params (int Level, int Name, int Value)[] options)
    {
        var descriptor = Open(family, type, protocol);
        if (descriptor < 0)
            return Marshal.GetLastPInvokeError();
        try
        {
            foreach (var (level, name, value) in options)
            {
                if (SetOption(descriptor, level, name, BitConverter.GetBytes(value), 4) != 0)
                    return Marshal.GetLastPInvokeError();
            }
            return SendTo(descriptor, bytes, bytes.Length, 0, to, to.Length) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>struct sockaddr_ll, for one EtherType of one interface, to a hardware address.</summary>
    public static byte[] PacketAddress(string name, int etherType, byte[]? hardware = null)
    {
        var address = new byte[20];
        address[0] = Packet;
        (address[2], address[3]) = ((byte)(etherType >> 8), (byte)etherType);
        BitConverter.TryWriteBytes(address.AsSpan(4), InterfaceIndex(name));
        address[11] = 6;
        (hardware ?? []).CopyTo(address, 12);
        return address;
    }

    /// <summary>struct sockaddr_in or sockaddr_in6.</summary>
    public static byte[] Address(string text, string? scope = null)
    {
        var ip = System.Net.IPAddress.Parse(text);
        if (ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
            return [2, 0, 0, 0, .. ip.GetAddressBytes(), .. new byte[8]];
        return [10, 0, 0, 0, 0, 0, 0, 0, .. ip.GetAddressBytes(), .. BitConverter.GetBytes(scope is null ? 0 : InterfaceIndex(scope))];
    }

    public static int NetworkOrder(int value) => (value & 0xff) << 8 | value >> 8;

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static extern int Open(int family, int type, int protocol);

    [DllImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static extern int Bind(int descriptor, byte[] to, int length);

    [DllImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static extern int Connect(int descriptor, byte[] to, int length);

    [DllImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static extern int SetOption(int descriptor, int level, int name, byte[] value, int length);

    [DllImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static extern nint SendTo(int descriptor, byte[] bytes, nint length, int flags, byte[] to, int toLength);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static extern nint Receive(int descriptor, byte[] bytes, nint length, int flags);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    public static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "if_nametoindex", SetLastError = true)]
    private static extern int InterfaceIndex(string name);
}
