using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>One expression of a selector.</summary>
public sealed class V1LabelSelectorRequirement
{
    public string? Key { get; set; }

    [JsonPropertyName("operator")]
    public string? OperatorProperty { get; set; }

    public IList<string>? Values { get; set; }
}
