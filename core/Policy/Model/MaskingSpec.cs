namespace K8sRecorder.Policy.Model;

/// <summary>What is masked beside what always is.</summary>
public sealed record MaskingSpec
{
    /// <summary>Which detectors run.</summary>
    public DetectorsSpec? Detectors { get; init; }

    /// <summary>Guessable kinds that get a tag all the same.</summary>
    public IReadOnlyList<string> TagGuessable { get; init; } = [];

    /// <summary>The author's own detectors.</summary>
    public IReadOnlyList<MaskingRuleSpec> Rules { get; init; } = [];

    /// <summary>Headers whose value is masked.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>JSON paths whose value is masked.</summary>
    public IReadOnlyList<string> Json { get; init; } = [];

    /// <summary>Columns whose value is masked.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Whether the agent, too, receives masked values.</summary>
    public bool? Inline { get; init; }
}
