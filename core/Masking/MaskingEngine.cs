using System.Buffers;

namespace K8sRecorder.Masking;

/// <summary>The compiled masking of one policy. Immutable and safe to share; streams are opened from it.</summary>
public sealed class MaskingEngine
{
    private MaskingEngine()
    {
    }

    /// <summary>Everything in the options that cannot be enforced; empty when <see cref="Create"/> will succeed.</summary>
    public static IReadOnlyList<MaskingProblem> Check(MaskingOptions options) => throw new NotImplementedException();

    /// <summary>Compiles the options.</summary>
    /// <exception cref="ArgumentException">The options have problems; the message names the first.</exception>
    public static MaskingEngine Create(MaskingOptions options) => throw new NotImplementedException();

    /// <summary>Starts a stream.</summary>
    public StreamMasker Open(MaskingShape shape) => throw new NotImplementedException();

    /// <summary>Whether the values of this header are masked whatever they are.</summary>
    public bool IsAlwaysMasked(ReadOnlySpan<byte> headerName) => throw new NotImplementedException();

    /// <summary>Masks one header value: whole for the always masked ones (scheme, cookie names and attributes stay), else what detectors find.</summary>
    /// <param name="name">Header name, any case.</param>
    /// <param name="value">Its value as received.</param>
    /// <param name="output">Takes the masked value.</param>
    /// <param name="spans">Takes the markers; offsets count from the start of this value.</param>
    public void MaskHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, IBufferWriter<byte> output, List<MaskedSpan> spans) =>
        throw new NotImplementedException();

    /// <summary>Masks a whole text at once.</summary>
    public void Mask(MaskingShape shape, ReadOnlySpan<byte> clear, IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        using var masker = Open(shape);
        masker.Write(clear, masked, spans);
        masker.Complete(masked, spans);
    }
}
