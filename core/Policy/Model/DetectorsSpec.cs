namespace K8sRecorder.Policy.Model;

/// <summary>Which detectors run, by name, group or glob.</summary>
public sealed record DetectorsSpec
{
    /// <summary>These; without it, all that are on by default.</summary>
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>But not these.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
}
