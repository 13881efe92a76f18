using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>The parameters of a binding.</summary>
public sealed class V1ParamRef
{
    public string? Name { get; set; }

    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    public V1LabelSelector? Selector { get; set; }

    public string? ParameterNotFoundAction { get; set; }
}
