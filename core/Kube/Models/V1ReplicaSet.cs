namespace K8sRecorder.Kube.Models;

/// <summary>A replica set, as far as it is read here.</summary>
[KubernetesEntity(Group = "apps", ApiVersion = "v1", Kind = "ReplicaSet", PluralName = "replicasets")]
[PartialEntity]
public sealed class V1ReplicaSet : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "apps/v1";

    public string? Kind { get; set; } = "ReplicaSet";

    public V1ObjectMeta? Metadata { get; set; }

    public V1ReplicaSetSpec? Spec { get; set; }
}
