namespace K8sRecorder.Kube.Models;

/// <summary>Quantities by resource, as the server writes them.</summary>
public sealed class V1ResourceRequirements
{
    public IDictionary<string, string>? Limits { get; set; }

    public IDictionary<string, string>? Requests { get; set; }
}
