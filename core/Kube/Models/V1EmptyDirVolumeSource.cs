namespace K8sRecorder.Kube.Models;

/// <summary>A folder of the pod's own.</summary>
public sealed class V1EmptyDirVolumeSource
{
    public string? Medium { get; set; }

    public string? SizeLimit { get; set; }
}
