using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Policy.Validation;

namespace K8sRecorder.Policy.Merge;

/// <summary>
/// The targets of all policies. One that several have (by name, hosts and ports) is one target with the rules of all. Targets that only
/// reach the same traffic stay apart, and the one that takes it has the rules of the others: no policy opens with a target of its
/// own what another has closed.
/// </summary>
internal static class TargetMerge
{
    private const int MostRules = 256;

    public static IReadOnlyList<EffectiveTarget> Merge(IReadOnlyList<RecordingPolicyDocument> policies, List<EffectivePolicy> parts, CaptureMode capture, MergeProblems problems)
    {
        var targets = Together(policies, parts, problems);
        if (targets.Count > PolicyLimits.Targets)
        {
            problems.Add(MergeProblemReason.TooLarge, true, [.. parts.SelectMany(part => part.Sources)], "spec.targets: more than 256 targets together; remove some");
            return [];
        }
        if (policies.Count < 2)
            return [.. targets.Select(target => Opened(target, capture, problems))];
        targets = InOrder(ListenerConflicts.Settle(targets, problems));
        Share(targets, problems);
        var merged = targets.Where(target => !target.IsDropped).Select(target => Opened(target, capture, problems)).ToList();
        if (merged.Exists(target => target.Guard.Count > MostRules))
            problems.Add(MergeProblemReason.TooLarge, true, [.. parts.SelectMany(part => part.Sources)], "spec.targets[].guard: more than 256 rules for one target together; remove some");
        return merged;
    }

    private static List<MergingTarget> Together(IReadOnlyList<RecordingPolicyDocument> policies, List<EffectivePolicy> parts, MergeProblems problems)
    {
        var targets = new List<MergingTarget>();
        for (var i = 0; i < policies.Count; i++)
        {
            var (isCluster, source) = (policies[i].Kind == PolicyKind.ClusterRecordingPolicy, EffectivePolicyBuilder.Source(policies[i]));
            var before = targets.Count;
            foreach (var target in parts[i].Targets)
            {
                if (targets.Count > PolicyLimits.Targets)
                    return targets;
                if (targets.Take(before).FirstOrDefault(other => other.IsSameAs(target)) is { } same)
                    TargetUnion.Add(same, target, source, isCluster, problems);
                else
                    targets.Add(new MergingTarget(target with { Name = Names.Free(target.Name, name => targets.Exists(other => other.Target.Name == name)) }, source, isCluster));
            }
        }
        return targets;
    }

    /// <summary>
    /// By rank, so that a policy's single host is not swallowed by another's wildcard; but those of one policy stay as their author put them:
    /// of these the first takes.
    /// </summary>
    private static List<MergingTarget> InOrder(List<MergingTarget> targets)
    {
        var queues = targets.GroupBy(target => target.Sources[0]).Select(policy => new Queue<MergingTarget>(policy)).ToList();
        var ordered = new List<MergingTarget>(targets.Count);
        while (queues.Count > 0)
        {
            var next = queues.MinBy(queue => queue.Peek().Rank)!;
            ordered.Add(next.Dequeue());
            if (next.Count == 0)
                queues.Remove(next);
        }
        return ordered;
    }

    /// <summary>
    /// Every target has, of the others that reach the same traffic, the rules and approvals. Those that come later take nothing that an earlier
    /// one takes, and need not have its rules; but a listener takes past the order, and names go before ranges.
    /// </summary>
    private static void Share(List<MergingTarget> targets, MergeProblems problems)
    {
        var own = targets.ConvertAll(target => (target.Target.Guard, target.Target.Approval));
        for (var i = 0; i < targets.Count; i++)
            for (var j = i + 1; j < targets.Count; j++)
            {
                if (AreOfOnePolicy(targets[i], targets[j]) || targets[i].IsDropped || targets[j].IsDropped || !TargetReach.Meet(targets[i].Reach, targets[j].Reach))
                    continue;
                if (!TargetUnion.SpeakTheSame(targets[i], targets[j], problems))
                    continue;
                TargetUnion.Constrain(targets[i], own[j].Guard, own[j].Approval);
                if (IsPastTheOrder(targets[i].Target) || IsPastTheOrder(targets[j].Target))
                    TargetUnion.Constrain(targets[j], own[i].Guard, own[i].Approval);
            }
    }

    private static bool AreOfOnePolicy(MergingTarget one, MergingTarget other) => one.Sources.Count == 1 && other.Sources.Count == 1 && one.Sources[0] == other.Sources[0];

    private static bool IsPastTheOrder(EffectiveTarget target) =>
        target.Listen is not null || target.Cidrs.Count > 0 || target.Hosts.Any(host => Addresses.Parse(host) is not null);

    /// <summary>
    /// TLS that goes through unread is a hole as Pass is one: in Redirect only a cluster policy makes it. And what must be judged is opened.
    /// </summary>
    private static EffectiveTarget Opened(MergingTarget target, CaptureMode capture, MergeProblems problems)
    {
        var merged = target.Target;
        if (!merged.IsPassthrough)
            return merged;
        if (capture == CaptureMode.Redirect && !target.IsCluster)
            problems.Add(MergeProblemReason.PassNeedsClusterPolicy, false, target.Sources,
                $"target {merged.Name}: upstream.tls.mode: Passthrough needs a cluster policy that has the target so too; its TLS is opened instead");
        else if (merged is { Guard.Count: 0, Credentials: null, Approval: null })
            return merged;
        return merged with { IsPassthrough = false, Upstream = merged.Upstream is { } upstream ? upstream with { Tls = UpstreamTlsMode.Verify } : null };
    }
}
