namespace K8sRecorder.Sidecar.Accept;

/// <summary>A stream whose first bytes were read already, to know what it speaks: they come first again.</summary>
internal sealed class ReplayedStream(ReadOnlyMemory<byte> first, Stream inner) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _first = first;

    public override bool CanWrite => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_first.Length == 0)
            return inner.ReadAsync(buffer, cancellationToken);
        var read = Math.Min(buffer.Length, _first.Length);
        _first[..read].CopyTo(buffer);
        _first = _first[read..];
        return ValueTask.FromResult(read);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
