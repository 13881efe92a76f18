using K8sRecorder.Masking.Output;
using System.Buffers;

namespace K8sRecorder.Masking;

/// <summary>Masks one stream of bytes as it arrives. The result does not depend on how the stream is cut into writes. Not thread-safe.</summary>
public sealed class StreamMasker : IDisposable
{
    private readonly PipelinePool _pool;
    private readonly MaskingShape _shape;
    private Pipeline? _pipeline;

    internal StreamMasker(PipelinePool pool, MaskingShape shape)
    {
        _pool = pool;
        _shape = shape;
        _pipeline = pool.Rent(shape);
    }

    private Pipeline Open => _pipeline ?? throw new ObjectDisposedException(nameof(StreamMasker));

    /// <summary>Clear bytes taken in and not yet given out: from the start of what may become a secret.</summary>
    public int Pending => _pipeline?.Pending ?? 0;

    /// <summary>Takes clear bytes and gives out what is decided, masked.</summary>
    /// <param name="clear">The next bytes.</param>
    /// <param name="masked">Takes the masked bytes.</param>
    /// <param name="spans">Takes the markers among them; offsets count from the start of this stream's output.</param>
    public void Write(ReadOnlySpan<byte> clear, IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        ArgumentNullException.ThrowIfNull(masked);
        ArgumentNullException.ThrowIfNull(spans);
        Open.Write(clear, masked, spans);
    }

    /// <summary>Ends the stream and gives out the rest.</summary>
    public void Complete(IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        ArgumentNullException.ThrowIfNull(masked);
        ArgumentNullException.ThrowIfNull(spans);
        Open.Complete(masked, spans);
    }

    /// <summary>Gives back the buffers. Bytes still pending are gone.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pipeline, null) is { } pipeline)
            _pool.Return(pipeline, _shape);
    }
}
