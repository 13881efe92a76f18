using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Testing;

/// <summary>Free ports on loopback for servers that a test starts.</summary>
public static class Loopback
{
    // Below those that the kernel gives to whoever connects (ip_local_port_range): a test that opens connections by the thousand would
    // take a port away before its server is there.
    private const int First = 12_000;
    private const int Count = 20_000;

    // test processes run at the same time, so each begins elsewhere
    private static int _next = Environment.ProcessId * 7919 % Count;

    /// <summary>A port that was free a moment ago. Each is handed out only once in a while, so tests do not collide.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = true };
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // the next
            }
        }
    }
}
