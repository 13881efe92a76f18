namespace K8sRecorder.Kube.Models;

/// <summary>Puts a policy into force.</summary>
[KubernetesEntity(Group = "admissionregistration.k8s.io", ApiVersion = "v1", Kind = "ValidatingAdmissionPolicyBinding", PluralName = "validatingadmissionpolicybindings")]
[EntityScope(EntityScope.Cluster)]
[PartialEntity]
public sealed class V1ValidatingAdmissionPolicyBinding : IKubernetesObject<V1ObjectMeta>
{
    public string? ApiVersion { get; set; } = "admissionregistration.k8s.io/v1";

    public string? Kind { get; set; } = "ValidatingAdmissionPolicyBinding";

    public V1ObjectMeta? Metadata { get; set; }

    public V1ValidatingAdmissionPolicyBindingSpec? Spec { get; set; }
}
