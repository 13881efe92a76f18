using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Testing;

/// <summary>Free ports on loopback for servers that a test starts.</summary>
public static class Loopback
{
    /// <summary>A port that was free a moment ago. The kernel hands out each one only once in a while, so tests do not collide.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
