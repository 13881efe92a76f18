namespace K8sRecorder.Policy.Model;

/// <summary>A rule by which requests are refused.</summary>
public sealed record GuardRuleSpec
{
    /// <summary>Its name in recordings.</summary>
    public string? Name { get; init; }

    /// <summary>What it refuses.</summary>
    public GuardDenySpec? Deny { get; init; }
}
