using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>The service in front of a webhook.</summary>
public sealed class AdmissionregistrationV1ServiceReference
{
    public string? Name { get; set; }

    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    public string? Path { get; set; }

    public int? Port { get; set; }
}
