using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>The schema of a version, as it was sent.</summary>
public sealed class V1CustomResourceValidation
{
    public JsonNode? OpenAPIV3Schema { get; set; }
}
