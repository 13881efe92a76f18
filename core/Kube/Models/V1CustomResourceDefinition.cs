namespace K8sRecorder.Kube.Models;

/// <summary>Defines a kind.</summary>
[KubernetesEntity(Group = "apiextensions.k8s.io", ApiVersion = "v1", Kind = "CustomResourceDefinition", PluralName = "customresourcedefinitions")]
[EntityScope(EntityScope.Cluster)]
[PartialEntity]
public sealed class V1CustomResourceDefinition : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "apiextensions.k8s.io/v1";

    public string? Kind { get; set; } = "CustomResourceDefinition";

    public V1ObjectMeta? Metadata { get; set; }

    public V1CustomResourceDefinitionSpec? Spec { get; set; }

    public V1CustomResourceDefinitionStatus? Status { get; set; }
}
