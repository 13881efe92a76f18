using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>A variable of a container; <see cref="ValueFrom"/> as it was sent.</summary>
public sealed class V1EnvVar
{
    public string? Name { get; set; }

    public string? Value { get; set; }

    public JsonNode? ValueFrom { get; set; }
}
