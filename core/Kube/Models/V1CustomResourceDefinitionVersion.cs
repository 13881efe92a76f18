using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>One version of a kind.</summary>
public sealed class V1CustomResourceDefinitionVersion
{
    public string? Name { get; set; }

    public bool? Served { get; set; }

    public bool? Storage { get; set; }

    public bool? Deprecated { get; set; }

    public string? DeprecationWarning { get; set; }

    public V1CustomResourceValidation? Schema { get; set; }

    public JsonNode? Subresources { get; set; }

    public JsonNode? AdditionalPrinterColumns { get; set; }

    public JsonNode? SelectableFields { get; set; }
}
