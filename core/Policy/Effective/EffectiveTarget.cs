using System.Net;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Effective;

/// <summary>A target with every value filled in.</summary>
public sealed record EffectiveTarget
{
    /// <summary>Its name in recordings.</summary>
    public string Name { get; init; } = "";

    /// <summary>Exact names, or <c>*.suffix</c>, in lower case.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Address ranges.</summary>
    public IReadOnlyList<IPNetwork> Cidrs { get; init; } = [];

    /// <summary>Ports.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>What is spoken.</summary>
    public TargetProtocol Protocol { get; init; }

    /// <summary>Its loopback listener, if any.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>Where its listener's traffic goes, and how.</summary>
    public EffectiveUpstream? Upstream { get; init; }

    /// <summary>Whether the agent's TLS goes through unread: <c>upstream.tls.mode: Passthrough</c>, which needs no address where traffic is captured.</summary>
    public bool IsPassthrough { get; init; }

    /// <summary>What the recorder logs in with, if anything.</summary>
    public CredentialsSpec? Credentials { get; init; }

    /// <summary>What is refused.</summary>
    public IReadOnlyList<GuardRuleSpec> Guard { get; init; } = [];

    /// <summary>What a person must allow.</summary>
    public ApprovalSpec? Approval { get; init; }
}
