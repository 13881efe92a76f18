namespace K8sRecorder.Kube.Models;

/// <summary>A daemon set, as far as it is read here.</summary>
[KubernetesEntity(Group = "apps", ApiVersion = "v1", Kind = "DaemonSet", PluralName = "daemonsets")]
[PartialEntity]
public sealed class V1DaemonSet : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "apps/v1";

    public string? Kind { get; set; } = "DaemonSet";

    public V1ObjectMeta? Metadata { get; set; }

    public V1DaemonSetSpec? Spec { get; set; }
}
