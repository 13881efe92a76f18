using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>How one container is.</summary>
public sealed class V1ContainerStatus
{
    public string? Name { get; set; }

    public string? Image { get; set; }

    public string? ImageID { get; set; }

    public string? ContainerID { get; set; }

    public bool? Ready { get; set; }

    public bool? Started { get; set; }

    public int? RestartCount { get; set; }

    public JsonNode? State { get; set; }
}
