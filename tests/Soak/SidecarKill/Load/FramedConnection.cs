using System.Globalization;
using System.Text;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>HTTP/1.1 off a connection, as plainly as can be: a second opinion on framing that shares nothing with the sidecar's.</summary>
internal sealed class FramedConnection(Line line) : IDisposable
{
    private readonly byte[] _buffer = new byte[32 << 10];
    private int _start;
    private int _end;

    public Line Line => line;

    /// <summary>The next head, without its empty line; null where the connection ended, however it did.</summary>
    public async ValueTask<string?> ReadHeadAsync()
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (at >= 0)
            {
                var head = Encoding.Latin1.GetString(_buffer, _start, at);
                _start += at + 4;
                return head;
            }
            if (!await FillAsync())
                return null;
        }
    }

    /// <summary>Hands on the bytes of a body; whether it was there in full, by its framing.</summary>
    public async ValueTask<bool> ReadBodyAsync(Framing framing, Func<ReadOnlyMemory<byte>, bool> take)
    {
        if (framing.Length >= 0)
            return await ReadExactlyAsync(framing.Length, take);
        if (framing.Length == Framing.UntilClose)
        {
            await ReadExactlyAsync(long.MaxValue, take);
            return false; // nobody can tell this end from a killed recorder's
        }
        while (true)
        {
            if (await ReadLineAsync() is not { } size)
                return false;
            var length = int.Parse(size.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                while (await ReadLineAsync() is { } trailer)
                {
                    if (trailer.Length == 0)
                        return true;
                }
                return false;
            }
            if (!await ReadExactlyAsync(length, take) || await ReadLineAsync() is null)
                return false;
        }
    }

    public void Dispose() => line.Dispose();

    private async ValueTask<bool> ReadExactlyAsync(long length, Func<ReadOnlyMemory<byte>, bool> take)
    {
        while (length > 0)
        {
            if (_start == _end && !await FillAsync())
                return false;
            var piece = (int)Math.Min(length, _end - _start);
            var goOn = take(_buffer.AsMemory(_start, piece));
            _start += piece;
            length -= piece;
            if (!goOn)
                return false;
        }
        return true;
    }

    private async ValueTask<string?> ReadLineAsync()
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, at);
                _start += at + 2;
                return line;
            }
            if (!await FillAsync())
                return null;
        }
    }

    private async ValueTask<bool> FillAsync()
    {
        if (_start == _end)
            _start = _end = 0;
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            return false;
        var read = await line.ReceiveAsync(_buffer.AsMemory(_end));
        _end += Math.Max(0, read);
        return read > 0;
    }
}
