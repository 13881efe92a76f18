namespace K8sRecorder.Kube.Models;

/// <summary>Webhooks that may change what is created.</summary>
[KubernetesEntity(Group = "admissionregistration.k8s.io", ApiVersion = "v1", Kind = "MutatingWebhookConfiguration", PluralName = "mutatingwebhookconfigurations")]
[EntityScope(EntityScope.Cluster)]
[PartialEntity]
public sealed class V1MutatingWebhookConfiguration : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "admissionregistration.k8s.io/v1";

    public string? Kind { get; set; } = "MutatingWebhookConfiguration";

    public V1ObjectMeta? Metadata { get; set; }

    public IList<V1MutatingWebhook>? Webhooks { get; set; }
}
