namespace K8sRecorder.Kube.Models;

/// <summary>A stateful set, as far as it is read here.</summary>
[KubernetesEntity(Group = "apps", ApiVersion = "v1", Kind = "StatefulSet", PluralName = "statefulsets")]
[PartialEntity]
public sealed class V1StatefulSet : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "apps/v1";

    public string? Kind { get; set; } = "StatefulSet";

    public V1ObjectMeta? Metadata { get; set; }

    public V1StatefulSetSpec? Spec { get; set; }
}
