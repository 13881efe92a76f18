using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>Who holds a lease, and since when it has been renewed.</summary>
public sealed class V1LeaseSpec
{
    public string? HolderIdentity { get; set; }

    public int? LeaseDurationSeconds { get; set; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTime? AcquireTime { get; set; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTime? RenewTime { get; set; }

    public int? LeaseTransitions { get; set; }

    /// <summary>Fields that are not named here, kept so that a replace writes them back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}
