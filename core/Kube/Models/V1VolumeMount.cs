using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>Where a container sees a volume.</summary>
public sealed class V1VolumeMount
{
    public string? Name { get; set; }

    public string? MountPath { get; set; }

    public string? SubPath { get; set; }

    public string? SubPathExpr { get; set; }

    [JsonPropertyName("readOnly")]
    public bool? ReadOnlyProperty { get; set; }

    public string? MountPropagation { get; set; }
}
