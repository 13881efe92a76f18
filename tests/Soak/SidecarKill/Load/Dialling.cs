using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>Connects to a sidecar that may not be there yet.</summary>
internal static class Dialling
{
    /// <summary>A connection; null where the load stops before there is one.</summary>
    public static async Task<Socket?> DialAsync(int port, LoadSignal signal)
    {
        while (!signal.IsStopping)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
                await Task.Delay(5);
            }
        }
        return null;
    }
}
