namespace K8sRecorder.Kube.Models;

/// <summary>A deployment, as far as it is read here.</summary>
[KubernetesEntity(Group = "apps", ApiVersion = "v1", Kind = "Deployment", PluralName = "deployments")]
[PartialEntity]
public sealed class V1Deployment : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "apps/v1";

    public string? Kind { get; set; } = "Deployment";

    public V1ObjectMeta? Metadata { get; set; }

    public V1DeploymentSpec? Spec { get; set; }
}
