using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>A connection of HTTP/2 as a stream, on which the ends that are said are seen while they pass.</summary>
internal sealed class WatchedStream(Stream inner, GivenConnection connection) : ReadOnlyStream
{
    public override bool CanWrite => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            connection.NoteEnd(isBroken: true);
            throw;
        }
        if (read == 0 && buffer.Length > 0)
            connection.NoteEnd(isBroken: false);
        connection.Heard.Take(buffer.Span[..read]);
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        connection.Said.Take(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
