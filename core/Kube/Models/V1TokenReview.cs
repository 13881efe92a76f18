namespace K8sRecorder.Kube.Models;

/// <summary>A question: whose token is this?</summary>
[KubernetesEntity(Group = "authentication.k8s.io", ApiVersion = "v1", Kind = "TokenReview", PluralName = "tokenreviews")]
[EntityScope(EntityScope.Cluster)]
[PartialEntity]
public sealed class V1TokenReview : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "authentication.k8s.io/v1";

    public string? Kind { get; set; } = "TokenReview";

    public V1ObjectMeta? Metadata { get; set; }

    public V1TokenReviewSpec? Spec { get; set; }

    public V1TokenReviewStatus? Status { get; set; }
}
