namespace K8sRecorder.Kube.Models;

/// <summary>What a workload makes its pods from.</summary>
public sealed class V1PodTemplateSpec
{
    public V1ObjectMeta? Metadata { get; set; }

    public V1PodSpec? Spec { get; set; }
}
