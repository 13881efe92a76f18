namespace K8sRecorder.Kube.Models;

/// <summary>A path of the node.</summary>
public sealed class V1HostPathVolumeSource
{
    public string? Path { get; set; }

    public string? Type { get; set; }
}
