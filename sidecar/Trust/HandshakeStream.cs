namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// What TLS reads from while it shakes hands: a peer may send so many bytes and no more. A read that would go beyond finds the end; after the
/// handshake there is no limit.
/// </summary>
internal sealed class HandshakeStream(Stream inner) : Stream
{
    /// <summary>Far more than any honest flight: OpenSSL itself takes 100 kB of certificates.</summary>
    private const int Most = 256 << 10;

    private int _left = Most;
    private bool _open;

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

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _open ? inner.ReadAsync(buffer, cancellationToken) : ReadCountedAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

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
}
