namespace K8sRecorder.Kube.Models;

/// <summary>A cron job, as far as it is read here.</summary>
[KubernetesEntity(Group = "batch", ApiVersion = "v1", Kind = "CronJob", PluralName = "cronjobs")]
[PartialEntity]
public sealed class V1CronJob : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "batch/v1";

    public string? Kind { get; set; } = "CronJob";

    public V1ObjectMeta? Metadata { get; set; }

    public V1CronJobSpec? Spec { get; set; }
}
