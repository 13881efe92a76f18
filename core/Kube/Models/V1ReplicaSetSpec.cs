namespace K8sRecorder.Kube.Models;

/// <summary>A replica set's selector and template.</summary>
public sealed class V1ReplicaSetSpec
{
    public int? Replicas { get; set; }

    public V1LabelSelector? Selector { get; set; }

    public V1PodTemplateSpec? Template { get; set; }
}
