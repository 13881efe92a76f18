using K8sRecorder.Policy.Model;

namespace K8sRecorder.Operator.Injection;

/// <summary>What the namespace's Pod Security level leaves of a capture mode: admission by it comes after ours, and counts our containers too.</summary>
internal static class PodSecurity
{
    public const string EnforceLabel = "pod-security.kubernetes.io/enforce";

    /// <summary>Whether the level refuses what would be injected: NET_ADMIN and root for the rules of Redirect, a folder of the node for a folder store.</summary>
    public static bool Forbids(NamespaceFacts ns, CaptureMode capture, bool hasFolderStore) =>
        ns.Labels.GetValueOrDefault(EnforceLabel) is "baseline" or "restricted" && (capture == CaptureMode.Redirect || hasFolderStore);
}
