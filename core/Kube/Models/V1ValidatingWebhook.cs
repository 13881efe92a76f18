namespace K8sRecorder.Kube.Models;

/// <summary>One entry of a <see cref="V1ValidatingWebhookConfiguration"/>.</summary>
public sealed class V1ValidatingWebhook
{
    public string? Name { get; set; }

    public AdmissionregistrationV1WebhookClientConfig? ClientConfig { get; set; }

    public IList<V1RuleWithOperations>? Rules { get; set; }

    public string? FailurePolicy { get; set; }

    public string? MatchPolicy { get; set; }

    public V1LabelSelector? NamespaceSelector { get; set; }

    public V1LabelSelector? ObjectSelector { get; set; }

    public string? SideEffects { get; set; }

    public int? TimeoutSeconds { get; set; }

    public IList<string>? AdmissionReviewVersions { get; set; }

    public IList<V1MatchCondition>? MatchConditions { get; set; }
}
