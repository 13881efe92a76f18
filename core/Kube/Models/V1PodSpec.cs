namespace K8sRecorder.Kube.Models;

/// <summary>A pod's specification, as far as it is read here.</summary>
public sealed class V1PodSpec
{
    public IList<V1Container>? Containers { get; set; }

    public IList<V1Container>? InitContainers { get; set; }

    public IList<V1Container>? EphemeralContainers { get; set; }

    public IList<V1Volume>? Volumes { get; set; }

    public string? ServiceAccountName { get; set; }

    public bool? AutomountServiceAccountToken { get; set; }

    public string? NodeName { get; set; }

    public IDictionary<string, string>? NodeSelector { get; set; }

    public string? RestartPolicy { get; set; }

    public bool? HostNetwork { get; set; }

    public bool? HostPID { get; set; }

    public bool? HostIPC { get; set; }

    public bool? HostUsers { get; set; }

    public bool? ShareProcessNamespace { get; set; }

    public V1PodSecurityContext? SecurityContext { get; set; }

    public IList<V1LocalObjectReference>? ImagePullSecrets { get; set; }

    public long? TerminationGracePeriodSeconds { get; set; }

    public string? PriorityClassName { get; set; }

    public string? RuntimeClassName { get; set; }

    public V1PodOS? Os { get; set; }
}
