namespace K8sRecorder.Kube.Models;

/// <summary>A port that a container names.</summary>
public sealed class V1ContainerPort
{
    public string? Name { get; set; }

    public int? ContainerPort { get; set; }

    public int? HostPort { get; set; }

    public string? HostIP { get; set; }

    public string? Protocol { get; set; }
}
