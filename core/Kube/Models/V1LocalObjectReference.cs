namespace K8sRecorder.Kube.Models;

/// <summary>Points at an object of the same namespace.</summary>
public sealed class V1LocalObjectReference
{
    public string? Name { get; set; }
}
