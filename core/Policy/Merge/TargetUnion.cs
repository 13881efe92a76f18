using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Policy.Validation;

namespace K8sRecorder.Policy.Merge;

/// <summary>What two targets become that are one, or that reach the same traffic.</summary>
internal static class TargetUnion
{
    /// <summary>Adds what another policy says of the same target. The higher level, else the first by name, says where it leads.</summary>
    public static void Add(MergingTarget into, EffectiveTarget other, PolicySource source, bool isCluster, MergeProblems problems)
    {
        var isOneLevel = into.IsCluster == isCluster;
        List<PolicySource> both = [.. into.Sources, source];
        var target = into.Target;
        if (!Agree(target.Protocol, other.Protocol))
            problems.Add(MergeProblemReason.TargetConflict, isOneLevel, both, $"target {target.Name}: protocol {target.Protocol} and {other.Protocol}; {target.Protocol} is in force where a cluster policy says so");
        if (target.Upstream is not null && other.Upstream is not null && target.Upstream != other.Upstream && !target.IsPassthrough && !other.IsPassthrough)
            problems.Add(MergeProblemReason.TargetConflict, isOneLevel, both, $"target {target.Name}: upstream is led to two places or in two ways; the cluster policy's is in force where there is one");
        if (target.Credentials is not null && other.Credentials is not null && target.Credentials != other.Credentials)
            problems.Add(MergeProblemReason.CredentialsConflict, isOneLevel, both, $"target {target.Name}: two different credentials; the cluster policy's are in force where there is one");
        into.Target = target with
        {
            Protocol = target.Protocol == TargetProtocol.Auto ? other.Protocol : target.Protocol,
            Upstream = target.Upstream ?? other.Upstream,
            IsPassthrough = target.IsPassthrough && other.IsPassthrough,
            Credentials = target.Credentials ?? other.Credentials,
        };
        if (target.IsPassthrough != other.IsPassthrough && into.Target.Upstream is { Tls: UpstreamTlsMode.Passthrough } upstream)
            into.Target = into.Target with { Upstream = other.Upstream is { Tls: not UpstreamTlsMode.Passthrough } ? other.Upstream : upstream with { Tls = UpstreamTlsMode.Verify } };
        Constrain(into, other.Guard, other.Approval);
        into.Sources.Add(source);
    }

    /// <summary>
    /// Whether targets of several policies that reach the same traffic read it the same way; a rule of the one would mean nothing on the other. Else
    /// the namespaced one is left out, and between equals it is a conflict.
    /// </summary>
    public static bool SpeakTheSame(MergingTarget one, MergingTarget other, MergeProblems problems)
    {
        var (left, right) = (one.Target.Protocol, other.Target.Protocol);
        if (!Agree(left, right))
        {
            var (kept, dropped) = one.IsCluster ? (one, other) : (other, one);
            var isOneLevel = one.IsCluster == other.IsCluster;
            problems.Add(MergeProblemReason.TargetConflict, isOneLevel, [.. one.Sources, .. other.Sources],
                $"targets {kept.Target.Name} and {dropped.Target.Name} reach the same traffic as {kept.Target.Protocol} and as {dropped.Target.Protocol}"
                + (isOneLevel ? "; write one protocol" : $"; {dropped.Target.Name} is left out"));
            dropped.IsDropped = true;
            return false;
        }
        // A rule needs to know what is spoken.
        if (left == TargetProtocol.Auto && other.Target.Guard.Count > 0)
            one.Target = one.Target with { Protocol = right };
        if (right == TargetProtocol.Auto && one.Target.Guard.Count > 0)
            other.Target = other.Target with { Protocol = left };
        return true;
    }

    /// <summary>Adds rules, each once, and the stricter approval.</summary>
    public static void Constrain(MergingTarget target, IReadOnlyList<GuardRuleSpec> guard, ApprovalSpec? approval)
    {
        var rules = target.Target.Guard.ToList();
        var forms = rules.Select(CanonicalTarget.Rule).ToHashSet();
        foreach (var rule in guard)
            if (forms.Add(CanonicalTarget.Rule(rule)))
                rules.Add(rule with { Name = Names.Free(rule.Name ?? "", name => rules.Exists(other => other.Name == name)) });
        target.Target = target.Target with { Guard = rules, Approval = Stricter(target.Target.Approval, approval) };
    }

    private static bool Agree(TargetProtocol one, TargetProtocol other) => one == other || one == TargetProtocol.Auto || other == TargetProtocol.Auto;

    /// <summary>What only one of them asks for is asked for: an approval that the other calls not required keeps nobody from it.</summary>
    private static ApprovalSpec? Stricter(ApprovalSpec? one, ApprovalSpec? other)
    {
        if (one is null || other is null)
            return one ?? other;
        return new ApprovalSpec
        {
            Required = one.Required == true || other.Required == true,
            Ttl = one.Ttl is { } ttl && (other.Ttl is not { } another || ttl < another) ? ttl : other.Ttl,
            Approvers = one.Approvers is { } approvers && (other.Approvers is not { } more || approvers > more) ? approvers : other.Approvers,
        };
    }
}
