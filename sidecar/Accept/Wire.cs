using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>
/// One end of a connection: a socket, and TLS over it where the policy says so. One receive and one send at a time; ending it may come
/// from any thread. No tokens and no timeouts on the way of a byte: whoever wants a wait to end shuts the socket down.
/// </summary>
internal sealed class Wire(Socket socket, SslStream? tls) : IConnectionEnd, IDisposable
{
    /// <summary>So many receives in a row may find their bytes there already; then it is the others' turn.</summary>
    public const int MostAtOnce = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private int _atOnce;
    private volatile bool _isCut;

    public EndPoint? LocalEndPoint => socket.LocalEndPoint;

    public EndPoint? RemoteEndPoint => socket.RemoteEndPoint;

    /// <summary>The same as a stream, which is closed with it.</summary>
    public Stream OpenStream() => tls is null ? new NetworkStream(socket, ownsSocket: true) : tls;

    /// <summary>
    /// Receives; now and then not at once though it could. The caller may be the thread that a part of all sockets are read on, and where one
    /// side always sends and the other always takes, nothing else would ever make it look at them.
    /// </summary>
    public ValueTask<int> ReceiveInTurnAsync(Memory<byte> into)
    {
        var receiving = ReceiveAsync(into);
        if (!receiving.IsCompleted)
            _atOnce = 0;
        else if (++_atOnce >= MostAtOnce)
            return AfterOthersAsync(receiving);
        return receiving;
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> into) => tls is null ? socket.ReceiveAsync(into, SocketFlags.None) : tls.ReadAsync(into);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (tls is not null)
            return tls.WriteAsync(bytes);
        var sending = socket.SendAsync(bytes, SocketFlags.None);
        if (!sending.IsCompletedSuccessfully)
            return SendRestAsync(sending, bytes);
        var sent = sending.Result;
        return sent == bytes.Length ? ValueTask.CompletedTask : SendRestAsync(ValueTask.FromResult(sent), bytes);
    }

    /// <summary>Bytes that came and were not received yet, as far as the socket knows.</summary>
    public bool HasMore()
    {
        try
        {
            return socket.Available > 0;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Whether there is something to read, or the end. Asks the kernel: a receive that waits may not have been told yet.</summary>
    public bool IsReadable()
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Whether the other side reset it, though there may be bytes before that which nobody has read yet.</summary>
    public bool IsBroken()
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectError);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Tells the other side that nothing more comes from here.</summary>
    public ValueTask EndSendingAsync()
    {
        if (tls is not null)
            return EndSendingAsync(tls);
        ShutDown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends a receive that waits, as if the other side had ended.</summary>
    public void EndReceiving() => ShutDown(SocketShutdown.Receive);

    /// <summary>Whether <see cref="Cut"/> was called.</summary>
    public bool IsCut => _isCut;

    /// <summary>Ends whatever waits on it.</summary>
    public void Cut()
    {
        _isCut = true; // first: whoever sees the end sees whose it is
        ShutDown(SocketShutdown.Both);
    }

    /// <summary>Closes so that the other side sees a break and not an end.</summary>
    public void Reset()
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // closed already
        }
        socket.Dispose();
    }

    public void Dispose()
    {
        tls?.Dispose();
        socket.Dispose();
    }

    // without its own word for the end the other side would have to take it for a break (RFC 8446 6.1)
    private async ValueTask EndSendingAsync(SslStream tls)
    {
        try
        {
            await tls.ShutdownAsync().WaitAsync(Patience);
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or InvalidOperationException or NotSupportedException or TimeoutException)
        {
            // the other side was first, or takes nothing
        }
        ShutDown(SocketShutdown.Send);
    }

    private async ValueTask<int> AfterOthersAsync(ValueTask<int> receiving)
    {
        _atOnce = 0;
        await Task.Yield();
        return await receiving;
    }

    private async ValueTask SendRestAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes)
    {
        var sent = await sending;
        while (sent < bytes.Length)
            sent += await socket.SendAsync(bytes[sent..], SocketFlags.None);
    }

    private void ShutDown(SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // the other side was first
        }
    }
}
