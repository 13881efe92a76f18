namespace K8sRecorder.Sidecar.Mask;

/// <summary>The bytes pushed last, as the stream a decompressor reads; 0 at their end is not its end (seen to hold for the BCL's decoders).</summary>
internal sealed class PushedBytes : Stream
{
    private ReadOnlyMemory<byte> _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Push(ReadOnlyMemory<byte> bytes) => _left = bytes;

    public override int Read(Span<byte> buffer)
    {
        var read = Math.Min(buffer.Length, _left.Length);
        _left.Span[..read].CopyTo(buffer);
        _left = _left[read..];
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
