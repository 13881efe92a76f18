using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Integration.Hostile;

/// <summary>
/// One end of a TCP connection that keeps no rules: sends what it is told to, also without end, and reads what comes or does not. Text is
/// Latin-1, one char a byte. One reader and one writer at a time.
/// </summary>
internal sealed class RawPeer(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Scale.Of(60, 240));

    private byte[] _buffer = new byte[1024];
    private int _from;
    private int _until;

    public Socket Socket => socket;

    /// <summary>What arrived and was not taken yet.</summary>
    public ReadOnlySpan<byte> Waiting => _buffer.AsSpan(_from, _until - _from);

    public static async Task<RawPeer> ToAsync(int port, int receiveBuffer = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
            socket.ReceiveBufferSize = receiveBuffer;
        using var patience = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), patience.Token);
        return new RawPeer(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, patience.Token)..];
    }

    /// <summary>Sends a block again and again until so many bytes are out or the other side does not want more; how many went out.</summary>
    public async Task<long> SendManyAsync(ReadOnlyMemory<byte> block, long total, CancellationToken stop = default)
    {
        long sent = 0;
        try
        {
            while (sent < total)
            {
                var piece = block[(int)(sent % block.Length)..];
                if (piece.Length > total - sent)
                    piece = piece[..(int)(total - sent)];
                sent += await socket.SendAsync(piece, stop);
            }
        }
        catch (Exception refused) when (refused is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // the rest is not wanted
        }
        return sent;
    }

    /// <summary>Reads one message's head up to its empty line; null where the other side ended first.</summary>
    public async Task<string?> ReadHeadAsync()
    {
        while (true)
        {
            var end = Waiting.IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return Take(end + 4);
            if (!await ReceiveAsync())
                return null;
        }
    }

    /// <summary>Reads exactly so many bytes; fewer only where the other side ended.</summary>
    public async Task<string> ReadAsync(int count)
    {
        while (_until - _from < count && await ReceiveAsync())
        {
        }
        return Take(Math.Min(count, _until - _from));
    }

    /// <summary>Reads and forgets exactly so many bytes; what follows them stays.</summary>
    public async Task SkipAsync(long count)
    {
        var waiting = (int)Math.Min(count, _until - _from);
        _from += waiting;
        count -= waiting;
        var buffer = new byte[64 << 10];
        while (count > 0)
        {
            var received = await ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)));
            if (received == 0)
                return;
            count -= received;
        }
    }

    /// <summary>Reads a response: status, or 0 where none came, and its body where it has a length.</summary>
    public async Task<(int Status, string Body)> ReadAnswerAsync()
    {
        while (await ReadHeadAsync() is { } head)
        {
            var status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
            if (status >= 200)
                return (status, await ReadAsync(LengthOf(head)));
        }
        return (0, "");
    }

    /// <summary>Reads and forgets until the other side ends, or so many bytes came; how many.</summary>
    public async Task<long> DrainAsync(long atMost = long.MaxValue)
    {
        long read = _until - _from;
        _from = _until = 0;
        var buffer = new byte[64 << 10];
        while (read < atMost)
        {
            var received = await ReceiveAsync(buffer);
            if (received == 0)
                break;
            read += received;
        }
        return read;
    }

    /// <summary>Reads all until the other side ends; a reset is an end.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }
        return Take(_until - _from);
    }

    /// <summary>The Content-Length of a head; 0 where it has none.</summary>
    public static int LengthOf(string head)
    {
        const string Name = "\r\ncontent-length:";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return 0;
        at += Name.Length;
        return int.Parse(head.AsSpan(at, head.IndexOf("\r\n", at, StringComparison.Ordinal) - at), CultureInfo.InvariantCulture);
    }

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Takes more into the buffer; false at the end.</summary>
    public async Task<bool> ReceiveAsync()
    {
        if (_from == _until)
            _from = _until = 0;
        if (_until == _buffer.Length && _from > 0)
        {
            _buffer.AsSpan(_from, _until - _from).CopyTo(_buffer);
            (_from, _until) = (0, _until - _from);
        }
        if (_until == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 4);
        var received = await ReceiveAsync(_buffer.AsMemory(_until));
        _until += received;
        return received > 0;
    }

    private string Take(int count)
    {
        var text = Encoding.Latin1.GetString(_buffer, _from, count);
        _from += count;
        return text;
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await socket.ReceiveAsync(buffer, patience.Token);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
