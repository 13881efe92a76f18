namespace K8sRecorder.Kube.Models;

/// <summary>A request for a path.</summary>
public sealed class V1NonResourceAttributes
{
    public string? Path { get; set; }

    public string? Verb { get; set; }
}
