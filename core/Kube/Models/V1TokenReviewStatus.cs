namespace K8sRecorder.Kube.Models;

/// <summary>Whose token it is.</summary>
public sealed class V1TokenReviewStatus
{
    public bool? Authenticated { get; set; }

    public V1UserInfo? User { get; set; }

    public IList<string>? Audiences { get; set; }

    public string? Error { get; set; }
}
