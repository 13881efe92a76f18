namespace K8sRecorder.Kube.Models;

/// <summary>How the API server reaches a webhook, and whom it believes there.</summary>
public sealed class AdmissionregistrationV1WebhookClientConfig
{
    public string? Url { get; set; }

    public AdmissionregistrationV1ServiceReference? Service { get; set; }

    public byte[]? CaBundle { get; set; }
}
