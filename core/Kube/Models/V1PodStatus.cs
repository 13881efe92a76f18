namespace K8sRecorder.Kube.Models;

/// <summary>How a pod is.</summary>
public sealed class V1PodStatus
{
    public string? Phase { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public string? PodIP { get; set; }

    public IList<V1PodIP>? PodIPs { get; set; }

    public string? HostIP { get; set; }

    public DateTime? StartTime { get; set; }

    public IList<V1Condition>? Conditions { get; set; }

    public IList<V1ContainerStatus>? InitContainerStatuses { get; set; }

    public IList<V1ContainerStatus>? ContainerStatuses { get; set; }
}
