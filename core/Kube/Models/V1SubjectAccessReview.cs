namespace K8sRecorder.Kube.Models;

/// <summary>A question: may this user do that?</summary>
[KubernetesEntity(Group = "authorization.k8s.io", ApiVersion = "v1", Kind = "SubjectAccessReview", PluralName = "subjectaccessreviews")]
[EntityScope(EntityScope.Cluster)]
[PartialEntity]
public sealed class V1SubjectAccessReview : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "authorization.k8s.io/v1";

    public string? Kind { get; set; } = "SubjectAccessReview";

    public V1ObjectMeta? Metadata { get; set; }

    public V1SubjectAccessReviewSpec? Spec { get; set; }

    public V1SubjectAccessReviewStatus? Status { get; set; }
}
