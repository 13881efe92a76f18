namespace K8sRecorder.Kube.Models;

/// <summary>A user, as the API server knows one.</summary>
public sealed class V1UserInfo
{
    public string? Username { get; set; }

    public string? Uid { get; set; }

    public IList<string>? Groups { get; set; }

    public IDictionary<string, IList<string>>? Extra { get; set; }
}
