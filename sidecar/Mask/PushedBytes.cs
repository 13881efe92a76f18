namespace K8sRecorder.Sidecar.Mask;

/// <summary>The bytes pushed last, as the stream a decompressor reads; 0 at their end is not its end (seen to hold for the BCL's decoders).</summary>
/// <param name="keepsLoneMagic">
/// Hold a last 0x1f back until more comes. Behind the end of a gzip member the platform takes two bytes that begin no member for padding,
/// but one alone for a member that is broken later: what is recorded must not depend on where the network cut.
/// </param>
internal sealed class PushedBytes(bool keepsLoneMagic) : Stream
{
    private const byte GzipMagic = 0x1f;

    private ReadOnlyMemory<byte> _left;
    private bool _isHeld;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Push(ReadOnlyMemory<byte> bytes)
    {
        _left = _isHeld ? (byte[])[GzipMagic, .. bytes.Span] : bytes;
        _isHeld = false;
    }

    public override int Read(Span<byte> buffer)
    {
        var read = Math.Min(buffer.Length, _left.Length);
        if (keepsLoneMagic && read > 0 && _left.Span[read - 1] == GzipMagic)
        {
            _isHeld = _left.Length == 1;
            read = _isHeld ? 0 : Math.Max(1, read - 1);
            if (_isHeld)
                _left = default;
        }
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
