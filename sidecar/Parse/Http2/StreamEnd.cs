using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>An end of a WebSocket that is a stream of HTTP/2, or is read and written as one: however it breaks off, that is an <see cref="IOException"/>.</summary>
/// <param name="stream">Reads and writes it.</param>
/// <param name="aborted">Fires when it was broken off; a write need not end by itself then.</param>
internal abstract class StreamEnd(Stream stream, CancellationToken aborted = default) : IConnectionEnd
{
    protected CancellationToken Aborted => aborted;

    public ValueTask<int> ReceiveInTurnAsync(Memory<byte> into) => ReceiveAsync(into); // these are no socket's threads

    public async ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        try
        {
            return await stream.ReadAsync(into);
        }
        catch (Exception gone) when (gone is OperationCanceledException or InvalidOperationException)
        {
            throw BrokenOff(gone);
        }
    }

    public virtual async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await stream.WriteAsync(bytes, aborted);
            await stream.FlushAsync(aborted);
        }
        catch (Exception gone) when (gone is OperationCanceledException or InvalidOperationException)
        {
            throw BrokenOff(gone);
        }
    }

    public abstract ValueTask EndSendingAsync();

    public abstract bool IsBroken();

    public abstract void Reset();

    /// <summary>What its user is told.</summary>
    protected static IOException BrokenOff(Exception? gone) => new("the stream was broken off", gone);
}
