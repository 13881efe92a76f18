using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Merge;

/// <summary>Fields that are the cluster's if it writes them, else the namespaced policies'.</summary>
internal sealed class MergeLevels(IReadOnlyList<RecordingPolicyDocument> policies)
{
    /// <summary>What the first level that writes the field writes, with its authors, in order.</summary>
    public IReadOnlyList<(T Value, PolicySource Source)> FirstWritten<T>(Func<RecordingPolicySpec, T?> read) where T : class
    {
        foreach (var level in Levels())
        {
            var written = level.Where(policy => read(policy.Spec) is not null).Select(policy => (read(policy.Spec)!, EffectivePolicyBuilder.Source(policy))).ToList();
            if (written.Count > 0)
                return written;
        }
        return [];
    }

    /// <summary>What the first level that writes the field makes of its values; null if none does.</summary>
    public T? First<T>(Func<RecordingPolicySpec, T?> read, Func<T, T, T> choose) where T : struct
    {
        foreach (var level in Levels())
        {
            var written = level.Select(policy => read(policy.Spec)).OfType<T>().ToList();
            if (written.Count > 0)
                return written.Aggregate(choose);
        }
        return null;
    }

    private IEnumerable<IEnumerable<RecordingPolicyDocument>> Levels()
    {
        yield return policies.Where(policy => policy.Kind == PolicyKind.ClusterRecordingPolicy);
        yield return policies.Where(policy => policy.Kind != PolicyKind.ClusterRecordingPolicy);
    }
}
