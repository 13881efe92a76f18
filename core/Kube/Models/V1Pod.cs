namespace K8sRecorder.Kube.Models;

/// <summary>A pod, as far as it is read here.</summary>
[KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Pod", PluralName = "pods")]
[PartialEntity]
public sealed class V1Pod : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "v1";

    public string? Kind { get; set; } = "Pod";

    public V1ObjectMeta? Metadata { get; set; }

    public V1PodSpec? Spec { get; set; }

    public V1PodStatus? Status { get; set; }
}
