using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>A request for an object.</summary>
public sealed class V1ResourceAttributes
{
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    public string? Verb { get; set; }

    public string? Group { get; set; }

    public string? Version { get; set; }

    public string? Resource { get; set; }

    public string? Subresource { get; set; }

    public string? Name { get; set; }
}
