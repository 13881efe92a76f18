using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Soak.Memory;

/// <summary>
/// One HTTP/1.1 connection, either side of it, with next to no cost of its own. It believes what it reads: both ends of it are ours, and what
/// is between them is what is measured.
/// </summary>
internal sealed class HttpWire(Socket socket) : IDisposable
{
    private byte[] _buffer = new byte[16 << 10];
    private int _from;
    private int _to;

    /// <summary>The last head, with the empty line behind it.</summary>
    public ReadOnlyMemory<byte> Head { get; private set; }

    /// <summary>Length of the body behind it; -1: chunked.</summary>
    public long BodyLength { get; private set; }

    public static async Task<HttpWire> ConnectAsync(IPEndPoint to, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(to, ct);
        return new HttpWire(socket);
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => socket.SendAsync(bytes, ct);

    /// <summary>Reads the next head; false where the peer is done.</summary>
    public async ValueTask<bool> ReadHeadAsync(CancellationToken ct)
    {
        while (true)
        {
            var end = _buffer.AsSpan(_from, _to - _from).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                Head = _buffer.AsMemory(_from, end + 4);
                BodyLength = LengthOf(Head.Span);
                _from += end + 4;
                return true;
            }

            if (!await FillAsync(ct))
                return false;
        }
    }

    /// <summary>The request target of the last head.</summary>
    public string Target()
    {
        var line = Head.Span[..Head.Span.IndexOf((byte)'\r')];
        var start = line.IndexOf((byte)' ') + 1;
        var length = line[start..].IndexOf((byte)' ');
        return Encoding.ASCII.GetString(length < 0 ? line[start..] : line.Slice(start, length));
    }

    /// <summary>Reads the body to its end; gives its length.</summary>
    /// <param name="read">Sees every piece, and makes the reader as slow as it likes.</param>
    /// <param name="ct">Gives up.</param>
    public async ValueTask<long> ReadBodyAsync(Func<ReadOnlyMemory<byte>, ValueTask>? read, CancellationToken ct)
    {
        if (BodyLength >= 0)
        {
            await ReadPieceAsync(BodyLength, read, ct);
            return BodyLength;
        }

        var total = 0L;
        while (true)
        {
            var size = await ReadChunkSizeAsync(ct);
            await ReadPieceAsync(size, read, ct);
            await ReadPieceAsync(2, null, ct); // the line end behind the chunk, or the end of no trailers
            if (size == 0)
                return total;
            total += size;
        }
    }

    public void Dispose() => socket.Dispose();

    private static long LengthOf(ReadOnlySpan<byte> head)
    {
        // no other field that is sent here ends so; the first letters may come in either case
        var at = head.IndexOf("ength: "u8);
        if (at >= 0)
            return Utf8Parser.TryParse(head[(at + 7)..], out long length, out _) ? length : throw new InvalidDataException("content length");
        return head.IndexOf("ncoding: chunked"u8) >= 0 ? -1 : 0;
    }

    private async ValueTask ReadPieceAsync(long length, Func<ReadOnlyMemory<byte>, ValueTask>? read, CancellationToken ct)
    {
        if (length > _buffer.Length && _buffer.Length < 64 << 10)
            Array.Resize(ref _buffer, 64 << 10);
        while (length > 0)
        {
            if (_from == _to && !await FillAsync(ct))
                throw new EndOfStreamException("the body is cut");
            var take = (int)Math.Min(length, _to - _from);
            if (read is not null)
                await read(_buffer.AsMemory(_from, take));
            _from += take;
            length -= take;
        }
    }

    private async ValueTask<long> ReadChunkSizeAsync(CancellationToken ct)
    {
        while (true)
        {
            var line = _buffer.AsSpan(_from, _to - _from);
            var end = line.IndexOf("\r\n"u8);
            if (end >= 0)
            {
                _from += end + 2;
                return Utf8Parser.TryParse(line[..end], out long size, out _, 'x') ? size : throw new InvalidDataException("chunk size");
            }

            if (!await FillAsync(ct))
                throw new EndOfStreamException("the body is cut");
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (_from > 0)
        {
            _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
        }

        if (_to == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await socket.ReceiveAsync(_buffer.AsMemory(_to), ct);
        _to += read;
        return read > 0;
    }
}
