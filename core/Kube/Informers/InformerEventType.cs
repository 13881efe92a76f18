namespace K8sRecorder.Kube.Informers;

/// <summary>What happened to an object of an informer.</summary>
public enum InformerEventType
{
    Added,
    Updated,
    Deleted,

    /// <summary>Nothing; it is told again, as <see cref="InformerOptions{T}.ResyncPeriod"/> asks.</summary>
    Resynced,
}
