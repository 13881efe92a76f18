namespace K8sRecorder.Policy.Model;

/// <summary>A detector of the author's own.</summary>
public sealed record MaskingRuleSpec
{
    /// <summary>Its name in recordings.</summary>
    public string? Name { get; init; }

    /// <summary>A regular expression.</summary>
    public string? Pattern { get; init; }

    /// <summary>Bytes that a match may have.</summary>
    public int? MaxLength { get; init; }
}
