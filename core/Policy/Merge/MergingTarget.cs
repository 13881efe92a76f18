using K8sRecorder.Policy.Effective;

namespace K8sRecorder.Policy.Merge;

/// <summary>A target on its way into the merged policy, and whose it is.</summary>
internal sealed class MergingTarget(EffectiveTarget target, PolicySource source, bool isCluster)
{
    public EffectiveTarget Target { get; set; } = target;

    /// <summary>Whoever wrote it, first the one that it is by.</summary>
    public List<PolicySource> Sources { get; } = [source];

    /// <summary>Whether a cluster policy wrote it, alone or with others.</summary>
    public bool IsCluster { get; } = isCluster;

    /// <summary>Left out because a cluster policy's target does not go with it.</summary>
    public bool IsDropped { get; set; }

    public IReadOnlyList<TargetReach> Reach { get; } = TargetReach.Of(target);

    /// <summary>The same name, and the same hosts, ranges, ports and listener.</summary>
    public bool IsSameAs(EffectiveTarget other) =>
        Target.Name == other.Name && Equals(Target.Listen, other.Listen) && SameSet(Target.Hosts, other.Hosts) && SameSet(Target.Ports, other.Ports) && SameSet(Target.Cidrs, other.Cidrs);

    /// <summary>
    /// Names are asked before ranges, and among names the first of the list takes: so a target stands before those that stand over it.
    /// </summary>
    public int Rank => Target.Hosts.Count == 0 ? (Target.Cidrs.Count == 0 ? int.MinValue : int.MaxValue)
        : Target.Hosts.Max(host => host.StartsWith("*.", StringComparison.Ordinal) ? 1000 - host.Count(c => c == '.') : 0);

    private static bool SameSet<T>(IReadOnlyList<T> some, IReadOnlyList<T> others) => some.Count == others.Count && some.ToHashSet().SetEquals(others);
}
