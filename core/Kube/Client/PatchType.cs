namespace K8sRecorder.Kube;

/// <summary>Languages of patches.</summary>
public enum PatchType
{
    /// <summary>RFC 6902.</summary>
    JsonPatch,

    /// <summary>RFC 7396.</summary>
    MergePatch,

    /// <summary>Kubernetes' own merge by list keys; for built-in kinds only.</summary>
    StrategicMergePatch,

    /// <summary>Server-side apply: these fields are ours, whatever others do to the rest.</summary>
    ApplyPatch,
}
