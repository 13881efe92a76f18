using System.Collections.Concurrent;
using K8sRecorder.Policy;
using K8sRecorder.Policy.Merge;
using K8sRecorder.Policy.Selection;

namespace K8sRecorder.Operator.Injection;

/// <summary>
/// All policies and stores at one time; what a watch brings makes a new one. Any number of requests read it at a time. What is merged is
/// kept, for the pods of a workload get the same.
/// </summary>
internal sealed class PolicyCatalog
{
    private const int MostMerged = 1024;
    private readonly Dictionary<RecordingPolicyDocument, (InjectionReason Reason, string Message)> _unready = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, (StorePlace? Place, string Message)> _stores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MergedPolicy> _merged = new(StringComparer.Ordinal);

    public PolicyCatalog(IEnumerable<PolicyEntry> entries)
    {
        var policies = new List<RecordingPolicyDocument>();
        foreach (var (document, problem) in entries)
        {
            if (document is RecordingPolicyDocument policy)
            {
                policies.Add(policy);
                if (problem is { } unready)
                    _unready[policy] = unready;
            }
            else if (document is RecordingStoreDocument { Metadata.Name: { } name } store)
                _stores[name] = (problem is null ? StorePlace.Of(store.Spec) : null, problem?.Message ?? "is of a kind that this build does not have");
        }
        Policies = policies;
    }

    /// <summary>All policies, of all namespaces.</summary>
    public IReadOnlyList<RecordingPolicyDocument> Policies { get; }

    /// <summary>What a policy is: <c>Ready</c>, or why not, for its status and for the pods that it applies to.</summary>
    public (InjectionReason Reason, string Message)? WhyNotReady(RecordingPolicyDocument policy) => _unready.TryGetValue(policy, out var why) ? why : null;

    /// <summary>A store by name: its place, or why there is none.</summary>
    public (StorePlace? Place, InjectionReason Reason, string Message) Store(string name) =>
        !_stores.TryGetValue(name, out var store) ? (null, InjectionReason.StoreNotFound, $"there is no RecordingStore {name}")
        : (store.Place, InjectionReason.StoreNotReady, $"RecordingStore {name}: {store.Message}");

    /// <summary>What those policies are together.</summary>
    public MergedPolicy Merge(SelectedPolicies selected)
    {
        var key = string.Join('\n', selected.Applying.Select(policy => $"{policy.Metadata.Namespace}/{policy.Metadata.Name}"));
        if (_merged.TryGetValue(key, out var merged))
            return merged;
        merged = PolicyMerge.Merge(selected.Applying);
        if (_merged.Count < MostMerged)
            _merged[key] = merged;
        return merged;
    }
}
