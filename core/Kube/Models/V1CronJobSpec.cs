namespace K8sRecorder.Kube.Models;

/// <summary>A cron job's template.</summary>
public sealed class V1CronJobSpec
{
    public bool? Suspend { get; set; }

    public V1JobTemplateSpec? JobTemplate { get; set; }
}
