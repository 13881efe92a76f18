namespace K8sRecorder.Kube.Models;

/// <summary>Whether the kind is served.</summary>
public sealed class V1CustomResourceDefinitionStatus
{
    public V1CustomResourceDefinitionNames? AcceptedNames { get; set; }

    public IList<V1Condition>? Conditions { get; set; }

    public IList<string>? StoredVersions { get; set; }
}
