using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Sidecar.Tests;

/// <summary>One end of a TCP connection, read and written byte by byte as a test wants it. Text is Latin-1: one char a byte.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _seen = new();

    public Socket Socket => socket;

    public static async Task<RawConnection> ToAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new RawConnection(socket);
    }

    public async Task SendAsync(string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads up to and including the marker, and gives that; what came behind it waits for the next call.</summary>
    public async Task<string> ReadUntilAsync(string marker)
    {
        while (true)
        {
            var text = _seen.ToString();
            var at = text.IndexOf(marker, StringComparison.Ordinal);
            if (at >= 0)
            {
                _seen.Remove(0, at + marker.Length);
                return text[..(at + marker.Length)];
            }
            if (!await ReceiveAsync())
                throw new EndOfStreamException($"the other side ended before '{marker}'; seen: '{text}'");
        }
    }

    /// <summary>Reads exactly so many bytes.</summary>
    public async Task<string> ReadAsync(int count)
    {
        while (_seen.Length < count)
        {
            if (!await ReceiveAsync())
                throw new EndOfStreamException($"the other side ended after '{_seen}'");
        }
        var text = _seen.ToString(0, count);
        _seen.Remove(0, count);
        return text;
    }

    /// <summary>Reads to the other side's end; whether it was a reset is told by the exception.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }
        return _seen.ToString();
    }

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    private async Task<bool> ReceiveAsync()
    {
        var buffer = new byte[16384];
        using var patience = new CancellationTokenSource(Patience);
        var read = await socket.ReceiveAsync(buffer, patience.Token);
        _seen.Append(Encoding.Latin1.GetString(buffer, 0, read));
        return read > 0;
    }
}
