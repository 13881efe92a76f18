namespace K8sRecorder.Policy.Model;

/// <summary>How long recordings are kept.</summary>
public sealed record RetentionSpec
{
    /// <summary>Days.</summary>
    public int? Days { get; init; }
}
