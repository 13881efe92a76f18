using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>The metadata of a list: where a watch goes on, and the rest of its pages.</summary>
public sealed class V1ListMeta
{
    public string? ResourceVersion { get; set; }

    [JsonPropertyName("continue")]
    public string? ContinueProperty { get; set; }

    public long? RemainingItemCount { get; set; }
}
