namespace K8sRecorder.Kube.Models;

/// <summary>What a cron job makes its jobs from.</summary>
public sealed class V1JobTemplateSpec
{
    public V1ObjectMeta? Metadata { get; set; }

    public V1JobSpec? Spec { get; set; }
}
