using System.Text.Json.Serialization;

namespace K8sRecorder.Kube.Models;

/// <summary>How often an event came again.</summary>
public sealed class Eventsv1EventSeries
{
    public int? Count { get; set; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTime? LastObservedTime { get; set; }
}
