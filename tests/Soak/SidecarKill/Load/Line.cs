using System.Net.Security;
using System.Net.Sockets;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>An end of a connection, with TLS or without.</summary>
internal sealed class Line(Socket socket, SslStream? tls = null) : IDisposable
{
    private readonly Stream _stream = tls ?? (Stream)new NetworkStream(socket);

    /// <summary>0: the end; -1: the connection was reset.</summary>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            return await _stream.ReadAsync(buffer);
        }
        catch (Exception failure) when (IsGone(failure))
        {
            return -1;
        }
    }

    /// <summary>Whether the connection took all of it.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes);
            return true;
        }
        catch (Exception failure) when (IsGone(failure))
        {
            return false;
        }
    }

    /// <summary>Ends this side's half.</summary>
    public async Task EndSendingAsync()
    {
        try
        {
            if (tls is not null)
                await tls.ShutdownAsync();
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (IsGone(failure))
        {
            // it is gone already
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        socket.Dispose();
    }

    private static bool IsGone(Exception failure) => failure is IOException or SocketException or ObjectDisposedException;
}
