namespace K8sRecorder.Kube.Models;

/// <summary>A named CEL expression.</summary>
public sealed class V1Variable
{
    public string? Name { get; set; }

    public string? Expression { get; set; }
}
