namespace K8sRecorder.Kube.Models;

/// <summary>Which system a pod is made for.</summary>
public sealed class V1PodOS
{
    public string? Name { get; set; }
}
