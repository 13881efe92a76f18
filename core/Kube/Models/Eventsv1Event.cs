using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>Something that happened to an object, for people (KEP-383).</summary>
[KubernetesEntity(Group = "events.k8s.io", ApiVersion = "v1", Kind = "Event", PluralName = "events")]
[PartialEntity]
public sealed class Eventsv1Event : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "events.k8s.io/v1";

    public string? Kind { get; set; } = "Event";

    public V1ObjectMeta? Metadata { get; set; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTime? EventTime { get; set; }

    public string? ReportingController { get; set; }

    public string? ReportingInstance { get; set; }

    public string? Action { get; set; }

    public string? Reason { get; set; }

    public V1ObjectReference? Regarding { get; set; }

    public V1ObjectReference? Related { get; set; }

    public string? Note { get; set; }

    public string? Type { get; set; }

    public Eventsv1EventSeries? Series { get; set; }
}
