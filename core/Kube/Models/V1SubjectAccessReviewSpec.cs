namespace K8sRecorder.Kube.Models;

/// <summary>Who wants to do what.</summary>
public sealed class V1SubjectAccessReviewSpec
{
    public string? User { get; set; }

    public string? Uid { get; set; }

    public IList<string>? Groups { get; set; }

    public IDictionary<string, IList<string>>? Extra { get; set; }

    public V1ResourceAttributes? ResourceAttributes { get; set; }

    public V1NonResourceAttributes? NonResourceAttributes { get; set; }
}
