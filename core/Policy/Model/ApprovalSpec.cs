namespace K8sRecorder.Policy.Model;

/// <summary>What a person must allow.</summary>
public sealed record ApprovalSpec
{
    /// <summary>Whether.</summary>
    public bool? Required { get; init; }

    /// <summary>How long an approval holds.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>How many persons.</summary>
    public int? Approvers { get; init; }
}
