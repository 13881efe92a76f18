namespace K8sRecorder.Policy.Effective;

/// <summary>What is masked, with every value filled in.</summary>
public sealed record EffectiveMasking
{
    /// <summary>Detectors that run: names, groups, globs; <c>*</c> is all that are on by default.</summary>
    public IReadOnlyList<string> Include { get; init; } = ["*"];

    /// <summary>But not these.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Guessable kinds that get a tag all the same.</summary>
    public IReadOnlyList<string> TagGuessable { get; init; } = [];

    /// <summary>The author's own detectors.</summary>
    public IReadOnlyList<EffectiveMaskingRule> Rules { get; init; } = [];

    /// <summary>Headers whose value is masked, in lower case.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>JSON paths whose value is masked.</summary>
    public IReadOnlyList<string> JsonPaths { get; init; } = [];

    /// <summary>Columns whose value is masked.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Whether the agent, too, receives masked values.</summary>
    public bool Inline { get; init; }
}
