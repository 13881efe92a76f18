using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>A claim of the same namespace.</summary>
public sealed class V1PersistentVolumeClaimVolumeSource
{
    public string? ClaimName { get; set; }

    [JsonPropertyName("readOnly")]
    public bool? ReadOnlyProperty { get; set; }
}
