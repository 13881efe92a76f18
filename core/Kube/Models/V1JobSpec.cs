namespace K8sRecorder.Kube.Models;

/// <summary>A job's selector and template.</summary>
public sealed class V1JobSpec
{
    public bool? Suspend { get; set; }

    public V1LabelSelector? Selector { get; set; }

    public V1PodTemplateSpec? Template { get; set; }
}
