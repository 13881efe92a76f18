using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Selection;

/// <summary>
/// Which policies apply to a pod. A policy with a selector applies to the pods that it matches, one without to the pods
/// that name it. A cluster policy without a selector is the floor of its namespaces: it applies to every pod that is recorded
/// there, and selects none by itself.
/// </summary>
public static class PolicySelection
{
    /// <summary>
    /// Looks at every policy of the pod's namespace and at every cluster policy. Documents of other namespaces are passed over; a policy that
    /// the pod names is the namespaced one of that name, else the cluster's.
    /// </summary>
    public static SelectedPolicies Of(PodFacts pod, IEnumerable<RecordingPolicyDocument> policies)
    {
        var named = pod.NamedPolicy;
        var reachable = policies.Where(policy => Reaches(policy, pod)).ToList();
        var isNamedHere = named is not null && reachable.Any(policy => policy.Kind == PolicyKind.RecordingPolicy && policy.Metadata.Name == named);
        var applying = new List<RecordingPolicyDocument>();
        var (isSelected, isFound) = (false, false);
        foreach (var policy in reachable)
        {
            var isNamed = named is not null && policy.Metadata.Name == named && (policy.Kind == PolicyKind.RecordingPolicy || !isNamedHere);
            var isMatched = policy.Spec.Selector is { } selector && LabelMatch.Matches(selector, pod.Labels);
            isFound |= isNamed;
            isSelected |= isNamed || isMatched;
            if (isNamed || isMatched || (policy.Kind == PolicyKind.ClusterRecordingPolicy && policy.Spec.Selector is null))
                applying.Add(policy);
        }
        return new SelectedPolicies(PolicyOrder.Sorted(applying), isSelected, named is not null && !isFound ? named : null);
    }

    private static bool Reaches(RecordingPolicyDocument policy, PodFacts pod) => policy.Kind switch
    {
        PolicyKind.RecordingPolicy => policy.Metadata.Namespace == pod.Namespace,
        PolicyKind.ClusterRecordingPolicy => policy.Spec.NamespaceSelector is not { } selector || LabelMatch.Matches(selector, pod.NamespaceLabels),
        _ => false,
    };
}
