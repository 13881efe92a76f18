namespace K8sRecorder.Kube.Models;

/// <summary>Which system calls are allowed.</summary>
public sealed class V1SeccompProfile
{
    public string? Type { get; set; }

    public string? LocalhostProfile { get; set; }
}
