namespace K8sRecorder.Kube.Models;

/// <summary>How far a namespace is.</summary>
public sealed class V1NamespaceStatus
{
    public string? Phase { get; set; }
}
