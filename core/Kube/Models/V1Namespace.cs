namespace K8sRecorder.Kube.Models;

/// <summary>A namespace.</summary>
[KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Namespace", PluralName = "namespaces")]
[EntityScope(EntityScope.Cluster)]
[PartialEntity]
public sealed class V1Namespace : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "v1";

    public string? Kind { get; set; } = "Namespace";

    public V1ObjectMeta? Metadata { get; set; }

    public V1NamespaceStatus? Status { get; set; }
}
