using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Selection;

/// <summary>The one order in which policies are looked at, so that a tie ends the same way everywhere.</summary>
internal static class PolicyOrder
{
    /// <summary>Cluster policies first, each level by namespace and name.</summary>
    public static IReadOnlyList<RecordingPolicyDocument> Sorted(IEnumerable<RecordingPolicyDocument> policies) =>
    [
        .. policies.OrderBy(policy => policy.Kind == PolicyKind.ClusterRecordingPolicy ? 0 : 1)
            .ThenBy(policy => policy.Metadata.Namespace, StringComparer.Ordinal)
            .ThenBy(policy => policy.Metadata.Name, StringComparer.Ordinal),
    ];
}
