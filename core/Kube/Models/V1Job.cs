namespace K8sRecorder.Kube.Models;

/// <summary>A job, as far as it is read here. Its template cannot be changed once it exists.</summary>
[KubernetesEntity(Group = "batch", ApiVersion = "v1", Kind = "Job", PluralName = "jobs")]
[PartialEntity]
public sealed class V1Job : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "batch/v1";

    public string? Kind { get; set; } = "Job";

    public V1ObjectMeta? Metadata { get; set; }

    public V1JobSpec? Spec { get; set; }
}
