namespace K8sRecorder.Policy.Model;

/// <summary>One condition on one label.</summary>
public sealed record LabelRequirement
{
    /// <summary>The label.</summary>
    public string? Key { get; init; }

    /// <summary>How it is compared.</summary>
    public LabelOperator? Operator { get; init; }

    /// <summary>With what; empty for Exists and DoesNotExist.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}
