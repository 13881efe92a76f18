using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>A kind of the cluster's own.</summary>
public sealed class V1CustomResourceDefinitionSpec
{
    public string? Group { get; set; }

    public string? Scope { get; set; }

    public V1CustomResourceDefinitionNames? Names { get; set; }

    public IList<V1CustomResourceDefinitionVersion>? Versions { get; set; }

    public JsonNode? Conversion { get; set; }
}
