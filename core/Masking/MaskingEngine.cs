using K8sRecorder.Masking.Detectors;
using K8sRecorder.Masking.Fields;
using K8sRecorder.Masking.Headers;
using K8sRecorder.Masking.Output;
using K8sRecorder.Masking.Rules;
using System.Buffers;

namespace K8sRecorder.Masking;

/// <summary>The compiled masking of one policy. Immutable and safe to share; streams are opened from it.</summary>
public sealed class MaskingEngine
{
    private readonly PipelinePool _pool;
    private readonly HeaderMasker _headers;

    private MaskingEngine(MaskingOptions options)
    {
        var on = BuiltIn.All.Where(d => Selector.IsOn(d.Info, options.Include, options.Exclude)).ToList();
        on.AddRange(options.Rules.Select(RuleCompiler.Compile));
        var set = new DetectorSet(
            on,
            d => d.EntropyBits >= Tagger.MinEntropyBits || options.TagGuessable.Any(s => Selector.Means(s, d)),
            options.TagKey is null ? null : new Tagger(options.TagKey));
        _pool = new PipelinePool(set, [.. options.JsonPaths.Select(p => JsonPath.Parse(p)!)]);
        HasJsonPaths = options.JsonPaths.Count > 0;
        _headers = new HeaderMasker(_pool, options.Headers);
    }

    /// <summary>Whether some JSON members are masked by their paths: only <see cref="MaskingShape.Json"/> looks at those.</summary>
    public bool HasJsonPaths { get; }

    /// <summary>Everything in the options that cannot be enforced; empty when <see cref="Create"/> will succeed.</summary>
    public static IReadOnlyList<MaskingProblem> Check(MaskingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return OptionsCheck.Problems(options);
    }

    /// <summary>Compiles the options.</summary>
    /// <exception cref="ArgumentException">The options have problems; the message names the first.</exception>
    public static MaskingEngine Create(MaskingOptions options)
    {
        var problems = Check(options);
        if (problems.Count > 0)
            throw new ArgumentException($"{problems[0].Field}: {problems[0].Reason}", nameof(options));
        return new MaskingEngine(options);
    }

    /// <summary>Starts a stream.</summary>
    public StreamMasker Open(MaskingShape shape) => new(_pool, shape);

    /// <summary>Whether the values of this header are masked whatever they are.</summary>
    public bool IsAlwaysMasked(ReadOnlySpan<byte> headerName) => _headers.IsAlwaysMasked(headerName);

    /// <summary>Masks one header value: whole for the always masked ones (scheme, cookie names and attributes stay), else what detectors find.</summary>
    /// <param name="name">Header name, any case.</param>
    /// <param name="value">Its value as received.</param>
    /// <param name="output">Takes the masked value.</param>
    /// <param name="spans">Takes the markers; offsets count from the start of this value.</param>
    public void MaskHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, IBufferWriter<byte> output, List<MaskedSpan> spans)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(spans);
        _headers.Mask(name, value, output, spans);
    }

    /// <summary>Masks a whole text at once.</summary>
    public void Mask(MaskingShape shape, ReadOnlySpan<byte> clear, IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        using var masker = Open(shape);
        masker.Write(clear, masked, spans);
        masker.Complete(masked, spans);
    }
}
