namespace K8sRecorder.Policy.Selection;

/// <summary>The labels and annotations that people write, and the one that the operator writes.</summary>
public static class RecordingKeys
{
    /// <summary>On a namespace, a label: whether its pods are recorded, <see cref="NamespaceRecording"/> in lower case.</summary>
    public const string NamespaceLabel = "k8srecorder.io/recording";

    /// <summary>On a pod: <c>"true"</c> records it, <c>"false"</c> opts out where that is honoured.</summary>
    public const string Record = "k8srecorder.io/record";

    /// <summary>On a pod: the policy to record it by.</summary>
    public const string Policy = "k8srecorder.io/policy";

    /// <summary>On a pod: a run label for everything in it.</summary>
    public const string Run = "k8srecorder.io/run";

    /// <summary>On a pod, written by the operator: what was injected, or why nothing was.</summary>
    public const string Status = "k8srecorder.io/status";
}
