using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// What TLS reads from and writes to. While it shakes hands a peer may send so many bytes and no more: a read that would go beyond finds the
/// end. After that there is no limit, what has come is read in large pieces, and the records of one write go out together: TLS itself asks
/// the kernel for a record at a time.
/// </summary>
internal sealed class TlsTransport(Stream inner) : Stream
{
    /// <summary>Far more than any honest flight: OpenSSL itself takes 100 kB of certificates.</summary>
    private const int Most = 256 << 10;

    // Four records, or what a write of ours becomes.
    private const int AheadBytes = 64 << 10;

    private readonly Socket? _socket = (inner as NetworkStream)?.Socket;
    private int _left = Most;
    private bool _open;
    private byte[]? _ahead;
    private int _aheadAt;
    private int _aheadEnd;
    private byte[]? _held;
    private int _heldLength;
    private bool _holds;

    /// <summary>Whether the peer sent more than it may.</summary>
    public bool IsExceeded => !_open && _left <= 0;

    /// <summary>Whether the peer sent anything.</summary>
    public bool HasRead => _left < Most;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The handshake is done.</summary>
    public void Complete() => _open = true;

    /// <summary>What is written from now on waits for <see cref="ReleaseAsync"/>.</summary>
    public void Hold() => _holds = true;

    /// <summary>Sends what was held.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ReleaseAsync()
    {
        _holds = false;
        if (_held is not { } held)
            return;
        _held = null;
        try
        {
            await inner.WriteAsync(held.AsMemory(0, _heldLength));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(held);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_open)
            return ReadCountedAsync(buffer, cancellationToken);
        if (_ahead is not null)
            return ValueTask.FromResult(TakeAhead(buffer.Span));
        return HasMoreThan(buffer.Length) ? ReadAheadAsync(buffer, cancellationToken) : inner.ReadAsync(buffer, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_holds)
            return inner.WriteAsync(buffer, cancellationToken);
        if (_held is null)
            (_held, _heldLength) = (ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length, AheadBytes)), 0);
        if (_held.Length - _heldLength < buffer.Length)
            return SendBothAsync(buffer);
        buffer.CopyTo(_held.AsMemory(_heldLength));
        _heldLength += buffer.Length;
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // buffers go to the collector, not to the pool: a read or a write may be under way
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadCountedAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_left <= 0)
            return 0;
        var read = await inner.ReadAsync(buffer.Length <= _left ? buffer : buffer[.._left], cancellationToken);
        _left -= read;
        return read;
    }

    /// <summary>Whether more has come than would be read now. Where it has not, nothing is set aside for it: most connections wait most of the time.</summary>
    private bool HasMoreThan(int length)
    {
        try
        {
            return _socket is not null && _socket.Available > length;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return false; // the read will say so
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadAheadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var ahead = ArrayPool<byte>.Shared.Rent(AheadBytes);
        (_aheadAt, _aheadEnd) = (0, await inner.ReadAsync(ahead.AsMemory(0, AheadBytes), cancellationToken));
        if (_aheadEnd == 0)
            return 0;
        _ahead = ahead;
        return TakeAhead(buffer.Span);
    }

    private int TakeAhead(Span<byte> buffer)
    {
        var taken = Math.Min(buffer.Length, _aheadEnd - _aheadAt);
        _ahead.AsSpan(_aheadAt, taken).CopyTo(buffer);
        _aheadAt += taken;
        if (_aheadAt == _aheadEnd)
        {
            ArrayPool<byte>.Shared.Return(_ahead!);
            _ahead = null;
        }
        return taken;
    }

    private async ValueTask SendBothAsync(ReadOnlyMemory<byte> buffer)
    {
        await ReleaseAsync();
        _holds = true;
        await inner.WriteAsync(buffer);
    }
}
