using System.Net;

namespace K8sRecorder.Policy.Merge;

/// <summary>Targets of several policies that want the same listener, or that would speak with one.</summary>
internal static class ListenerConflicts
{
    /// <summary>The first keeps it: the cluster's. Between equals it is a conflict.</summary>
    public static List<MergingTarget> Settle(List<MergingTarget> targets, MergeProblems problems)
    {
        var listeners = new Dictionary<IPEndPoint, MergingTarget>();
        var kept = new List<MergingTarget>();
        foreach (var target in targets)
        {
            if (target.Target.Listen is not { } listen || listeners.TryAdd(listen, target))
                kept.Add(target);
            else
                Report(listeners[listen], target, $"target {target.Target.Name} listens where {listeners[listen].Target.Name} does", problems);
        }
        foreach (var target in kept.ToList())
        {
            if (target.Target.Upstream is { } upstream && IPAddress.TryParse(upstream.Host, out var address)
                && listeners.TryGetValue(new IPEndPoint(address, upstream.Port), out var listener) && listener != target)
            {
                var (first, second) = target.IsCluster ? (target, listener) : (listener, target);
                Report(first, second, $"the upstream of target {target.Target.Name} is the listener of {listener.Target.Name}", problems);
                kept.Remove(second);
            }
        }
        return kept;
    }

    private static void Report(MergingTarget first, MergingTarget second, string what, MergeProblems problems)
    {
        var isBlocking = first.IsCluster == second.IsCluster;
        problems.Add(MergeProblemReason.ListenerConflict, isBlocking, [.. first.Sources, .. second.Sources],
            what + (isBlocking ? "; change one of them" : $"; {second.Target.Name} is left out"));
    }
}
