using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>A secret's files.</summary>
public sealed class V1SecretVolumeSource
{
    public string? SecretName { get; set; }

    public int? DefaultMode { get; set; }

    public bool? Optional { get; set; }

    public JsonNode? Items { get; set; }
}
