namespace K8sRecorder.Kube.Models;

/// <summary>The token in question, and for whom it must be.</summary>
public sealed class V1TokenReviewSpec
{
    public string? Token { get; set; }

    public IList<string>? Audiences { get; set; }
}
