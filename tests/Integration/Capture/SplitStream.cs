namespace K8sRecorder.Integration.Capture;

/// <summary>Writes what is written to it in small pieces: bytes, or, of the first write of TLS, records.</summary>
internal sealed class SplitStream(Stream inner, bool asRecords = false) : Stream
{
    private const int HeaderLength = 5, PieceLength = 16;

    private bool _isFirst = true;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var splits = _isFirst;
        _isFirst = false;
        if (!splits)
            await inner.WriteAsync(buffer, cancellationToken);
        else if (!asRecords)
            for (var i = 0; i < buffer.Length; i++)
                await inner.WriteAsync(buffer.Slice(i, 1), cancellationToken);
        else
            for (var at = HeaderLength; at < buffer.Length; at += PieceLength)
            {
                var piece = buffer.Slice(at, Math.Min(PieceLength, buffer.Length - at));
                await inner.WriteAsync((byte[])[.. buffer.Span[..3], 0, (byte)piece.Length, .. piece.Span], cancellationToken);
            }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
