using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>A secret; <see cref="Data"/> holds the decoded bytes.</summary>
[KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Secret", PluralName = "secrets")]
public sealed class V1Secret : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "v1";

    public string? Kind { get; set; } = "Secret";

    public V1ObjectMeta? Metadata { get; set; }

    public string? Type { get; set; }

    public IDictionary<string, byte[]>? Data { get; set; }

    public IDictionary<string, string>? StringData { get; set; }

    public bool? Immutable { get; set; }

    /// <summary>Fields that are not named here, kept so that a replace writes them back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}
