using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>A lease (KEP-589): what leaders hold.</summary>
[KubernetesEntity(Group = "coordination.k8s.io", ApiVersion = "v1", Kind = "Lease", PluralName = "leases")]
public sealed class V1Lease : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "coordination.k8s.io/v1";

    public string? Kind { get; set; } = "Lease";

    public V1ObjectMeta? Metadata { get; set; }

    public V1LeaseSpec? Spec { get; set; }

    /// <summary>Fields that are not named here, kept so that a replace writes them back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}
