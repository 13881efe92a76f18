using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>The first bytes of a side, read to know what it speaks, and given back by <see cref="OpenStream"/>. Bounded; one caller at a time.</summary>
/// <param name="stream">The side.</param>
/// <param name="ahead">What was read of it already.</param>
internal sealed class Peek(Stream stream, ReadOnlyMemory<byte> ahead = default)
{
    private const int FirstBytes = 4 << 10;

    private byte[] _bytes = ahead.ToArray();
    private int _count = ahead.Length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _count);

    public int Count => _count;

    /// <summary>Waits until there is something to read, or the end. A wait that is cancelled has taken nothing.</summary>
    public ValueTask<int> WaitAsync(CancellationToken cancellationToken) =>
        // of a socket a read of no bytes may end though nothing came since the last one
        stream is NetworkStream { Socket: var socket }
            ? socket.ReceiveAsync(new byte[1], SocketFlags.Peek, cancellationToken)
            : stream.ReadAsync(Memory<byte>.Empty, cancellationToken);

    /// <summary>Reads more; false at the end, or where the bound is reached.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (_count > Identify.ProtocolSniffer.MaxPeek)
            return false;
        if (_count == _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(FirstBytes, _count * 2));
        var read = await stream.ReadAsync(_bytes.AsMemory(_count), cancellationToken);
        _count += read;
        return read > 0;
    }

    /// <summary>These were for us.</summary>
    public void Take(int count)
    {
        _bytes.AsSpan(count, _count - count).CopyTo(_bytes);
        _count -= count;
    }

    /// <summary>The side as if nothing had been read of it.</summary>
    public Stream OpenStream() => _count == 0 ? stream : new Accept.ReplayedStream(_bytes.AsMemory(0, _count), stream);
}
