namespace K8sRecorder.Kube.Models;

/// <summary>A deployment's selector and template.</summary>
public sealed class V1DeploymentSpec
{
    public int? Replicas { get; set; }

    public V1LabelSelector? Selector { get; set; }

    public V1PodTemplateSpec? Template { get; set; }
}
