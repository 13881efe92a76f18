namespace K8sRecorder.Testing.Kube;

/// <summary>A kind that the fake serves; core kinds have an empty group.</summary>
public sealed record FakeKind(string Group, string Version, string Plural, string Kind, bool IsNamespaced = true, bool HasStatus = false)
{
    /// <summary>What the client's models speak of; tests of kinds of their own register those.</summary>
    public static IReadOnlyList<FakeKind> BuiltIn { get; } =
    [
        new("", "v1", "namespaces", "Namespace", IsNamespaced: false, HasStatus: true),
        new("", "v1", "pods", "Pod", HasStatus: true),
        new("", "v1", "secrets", "Secret"),
        new("", "v1", "configmaps", "ConfigMap"),
        new("", "v1", "serviceaccounts", "ServiceAccount"),
        new("apps", "v1", "deployments", "Deployment", HasStatus: true),
        new("apps", "v1", "statefulsets", "StatefulSet", HasStatus: true),
        new("apps", "v1", "daemonsets", "DaemonSet", HasStatus: true),
        new("apps", "v1", "replicasets", "ReplicaSet", HasStatus: true),
        new("batch", "v1", "jobs", "Job", HasStatus: true),
        new("batch", "v1", "cronjobs", "CronJob", HasStatus: true),
        new("coordination.k8s.io", "v1", "leases", "Lease"),
        new("events.k8s.io", "v1", "events", "Event"),
        new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", IsNamespaced: false),
        new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", IsNamespaced: false),
        new("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", IsNamespaced: false, HasStatus: true),
        new("admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", IsNamespaced: false),
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", IsNamespaced: false, HasStatus: true),
    ];

    public string ApiVersion => Group is "" ? Version : $"{Group}/{Version}";

    public string Root => Group is "" ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
}
