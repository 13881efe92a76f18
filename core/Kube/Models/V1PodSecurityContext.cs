namespace K8sRecorder.Kube.Models;

/// <summary>The rights of a pod's containers where they say nothing themselves.</summary>
public sealed class V1PodSecurityContext
{
    public long? RunAsUser { get; set; }

    public long? RunAsGroup { get; set; }

    public bool? RunAsNonRoot { get; set; }

    public long? FsGroup { get; set; }

    public string? FsGroupChangePolicy { get; set; }

    public IList<long>? SupplementalGroups { get; set; }

    public V1SeccompProfile? SeccompProfile { get; set; }
}
