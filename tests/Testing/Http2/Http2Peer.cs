using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Testing.Http2;

/// <summary>One end of a connection of HTTP/2 that says what a test wants it to say, and reads frames.</summary>
public sealed class Http2Peer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Stream _stream;
    private readonly Socket? _socket;

    /// <param name="stream">The connection.</param>
    /// <param name="socket">What carries it, where that is not to be seen: with TLS.</param>
    public Http2Peer(Stream stream, Socket? socket = null) => (_stream, _socket) = (stream, socket ?? (stream as NetworkStream)?.Socket);

    /// <summary>Connects and says nothing.</summary>
    public static async Task<Http2Peer> ToAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new Http2Peer(new NetworkStream(socket, ownsSocket: true));
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _stream.WriteAsync(bytes, patience.Token);
        }
        catch (IOException)
        {
            // the other side has ended it; what it said is still to be read
        }
    }

    public Task SendAsync(Http2Frames frames) => SendAsync(frames.Bytes);

    /// <summary>Reads so many bytes; fewer where the connection ends.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        var bytes = new byte[count];
        try
        {
            var read = await _stream.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, patience.Token);
            return bytes[..read];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>The next frame; null where the connection ended.</summary>
    public async Task<Http2Frame?> ReadFrameAsync()
    {
        var head = await ReadAsync(9);
        if (head.Length < 9)
            return null;
        var payload = await ReadAsync((int)(BinaryPrimitives.ReadUInt32BigEndian(head) >> 8));
        return new Http2Frame(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
    }

    /// <summary>Reads on to a frame that is meant, and acknowledges settings on the way; null where the connection ended.</summary>
    public async Task<Http2Frame?> ReadUntilAsync(Func<Http2Frame, bool> isMeant)
    {
        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.Type == Http2Frames.Settings && (frame.Flags & Http2Frames.Ack) == 0)
                await SendAsync(new Http2Frames().Frame(Http2Frames.Settings, Http2Frames.Ack, 0, []));
            if (isMeant(frame))
                return frame;
        }
        return null;
    }

    public Task<Http2Frame?> ReadUntilAsync(byte type, int stream) => ReadUntilAsync(frame => frame.Is(type, stream));

    /// <summary>Says its last byte, without a word of TLS.</summary>
    public void EndSending()
    {
        try
        {
            _socket?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // the other side was first
        }
    }

    public void Dispose() => _stream.Dispose();
}
