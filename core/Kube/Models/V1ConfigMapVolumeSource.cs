using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>A config map's files.</summary>
public sealed class V1ConfigMapVolumeSource
{
    public string? Name { get; set; }

    public int? DefaultMode { get; set; }

    public bool? Optional { get; set; }

    public JsonNode? Items { get; set; }
}
