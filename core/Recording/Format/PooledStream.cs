namespace K8sRecorder.Recording.Format;

/// <summary>Writes into a pooled buffer what wants to be written into a stream.</summary>
internal sealed class PooledStream(PooledBytes to) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => to.Length;

    public override long Position
    {
        get => to.Length;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer) => to.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => to.Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
