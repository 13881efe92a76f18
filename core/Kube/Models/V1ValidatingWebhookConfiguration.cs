namespace K8sRecorder.Kube.Models;

/// <summary>Webhooks that may refuse what is created.</summary>
[KubernetesEntity(Group = "admissionregistration.k8s.io", ApiVersion = "v1", Kind = "ValidatingWebhookConfiguration", PluralName = "validatingwebhookconfigurations")]
[EntityScope(EntityScope.Cluster)]
[PartialEntity]
public sealed class V1ValidatingWebhookConfiguration : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "admissionregistration.k8s.io/v1";

    public string? Kind { get; set; } = "ValidatingWebhookConfiguration";

    public V1ObjectMeta? Metadata { get; set; }

    public IList<V1ValidatingWebhook>? Webhooks { get; set; }
}
