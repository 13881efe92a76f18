using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>A volume of a pod; kinds that are not named here are read as none.</summary>
public sealed class V1Volume
{
    public string? Name { get; set; }

    public V1EmptyDirVolumeSource? EmptyDir { get; set; }

    public V1SecretVolumeSource? Secret { get; set; }

    public V1ConfigMapVolumeSource? ConfigMap { get; set; }

    public V1ProjectedVolumeSource? Projected { get; set; }

    public V1HostPathVolumeSource? HostPath { get; set; }

    public V1PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; set; }

    public JsonNode? Csi { get; set; }
}
