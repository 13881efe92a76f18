namespace K8sRecorder.Sidecar.Mask;

/// <summary>The bytes pushed last, as the stream a decompressor reads; 0 at their end is not its end (seen to hold for the BCL's decoders).</summary>
/// <param name="holdsLastMagic">
/// Hold last bytes of 0x1f back until another comes, or <see cref="Release"/>. Behind the end of a gzip member the platform takes two bytes that begin no member for
/// padding, but one alone for a member that is broken later: what is recorded must not depend on where the network cut.
/// </param>
internal sealed class PushedBytes(bool holdsLastMagic) : Stream
{
    private const byte GzipMagic = 0x1f;

    // nobody pads with so many; whoever sends more is not worth the memory
    private const int MostHeld = 4096;

    private ReadOnlyMemory<byte> _left;
    private int _held;
    private bool _isOver;

    /// <summary>Whether more was asked for than there was. Whoever wants to know sets it back.</summary>
    public bool RanDry { get; set; }

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
        _left = _held > 0 ? (byte[])[.. Enumerable.Repeat(GzipMagic, _held), .. bytes.Span] : bytes;
        _held = 0;
    }

    /// <summary>No more comes: what is held can be read now. Gives it.</summary>
    public ReadOnlyMemory<byte> Release()
    {
        Push(ReadOnlyMemory<byte>.Empty);
        _isOver = true;
        return _left;
    }

    public override int Read(Span<byte> buffer)
    {
        RanDry |= _left.Length == 0;
        var read = Math.Min(buffer.Length, _left.Length);
        if (holdsLastMagic && !_isOver && read > 0 && _left.Span[read - 1] == GzipMagic)
        {
            var others = _left.Span[..read].TrimEnd(GzipMagic).Length;
            if (others > 0)
                read = others;
            else if (read == _left.Length && read <= MostHeld)
            {
                _held = read;
                _left = default;
                return 0;
            }
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
