using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>Files from several sources; each as it was sent.</summary>
public sealed class V1ProjectedVolumeSource
{
    public int? DefaultMode { get; set; }

    public IList<JsonNode>? Sources { get; set; }
}
