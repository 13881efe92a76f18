namespace K8sRecorder.Kube.Models;

/// <summary>Checks in CEL that the API server makes by itself.</summary>
[KubernetesEntity(Group = "admissionregistration.k8s.io", ApiVersion = "v1", Kind = "ValidatingAdmissionPolicy", PluralName = "validatingadmissionpolicies")]
[EntityScope(EntityScope.Cluster)]
[PartialEntity]
public sealed class V1ValidatingAdmissionPolicy : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "admissionregistration.k8s.io/v1";

    public string? Kind { get; set; } = "ValidatingAdmissionPolicy";

    public V1ObjectMeta? Metadata { get; set; }

    public V1ValidatingAdmissionPolicySpec? Spec { get; set; }

    public V1ValidatingAdmissionPolicyStatus? Status { get; set; }
}
