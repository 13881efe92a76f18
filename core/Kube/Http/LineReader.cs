using System.Buffers;

namespace K8sRecorder.Kube.Http;

/// <summary>Cuts a stream into lines of bounded length. A line is valid until the next is asked for.</summary>
internal sealed class LineReader(Stream stream, int maxLine) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Initial);
    private int _start;
    private int _end;

    private const int Initial = 16 * 1024;

    /// <summary>The next line without its end; null where the stream ends between two. Empty lines are passed over.</summary>
    /// <exception cref="KubeStatusException">A line that is too long, or cut off.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + at);
                _start += searched + at + 1;
                searched = 0;
                if (!line.Span.Trim(" \r\t"u8).IsEmpty)
                    return line;
                continue;
            }
            searched = _end - _start;
            if (searched > maxLine)
                throw KubeTransport.Failure(StatusReasons.Unreadable, $"a line of the watch is longer than {maxLine} bytes");
            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
                return _end == _start ? null : throw KubeTransport.Failure(StatusReasons.Unreachable, "the watch broke off in the middle of a line");
            _end += read;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
    }

    private void MakeRoom()
    {
        var held = _end - _start;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
            (_start, _end) = (0, held);
        }
        // A large object came by: its buffer is not kept for a watch that mostly is silent.
        var wanted = _end == _buffer.Length ? _buffer.Length * 2 : held == 0 && _buffer.Length > 4 * Initial ? Initial : _buffer.Length;
        if (wanted == _buffer.Length)
            return;
        var other = ArrayPool<byte>.Shared.Rent(wanted);
        _buffer.AsSpan(0, held).CopyTo(other);
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = other;
    }
}
