namespace K8sRecorder.Kube.Models;

/// <summary>A daemon set's selector and template.</summary>
public sealed class V1DaemonSetSpec
{
    public V1LabelSelector? Selector { get; set; }

    public V1PodTemplateSpec? Template { get; set; }
}
