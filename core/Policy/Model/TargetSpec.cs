namespace K8sRecorder.Policy.Model;

/// <summary>A target: whom the agent speaks with, and by which rules.</summary>
public sealed record TargetSpec
{
    /// <summary>Its name in recordings.</summary>
    public string? Name { get; init; }

    /// <summary>Exact names, or <c>*.suffix</c>.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Address ranges.</summary>
    public IReadOnlyList<string> Cidrs { get; init; } = [];

    /// <summary>Ports.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>What is spoken.</summary>
    public TargetProtocol? Protocol { get; init; }

    /// <summary>A loopback listener for this target.</summary>
    public string? Listen { get; init; }

    /// <summary>Where its traffic goes, and how.</summary>
    public UpstreamSpec? Upstream { get; init; }

    /// <summary>What the recorder logs in with.</summary>
    public CredentialsSpec? Credentials { get; init; }

    /// <summary>What is refused.</summary>
    public IReadOnlyList<GuardRuleSpec> Guard { get; init; } = [];

    /// <summary>What a person must allow.</summary>
    public ApprovalSpec? Approval { get; init; }
}
