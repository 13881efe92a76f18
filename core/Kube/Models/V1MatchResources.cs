namespace K8sRecorder.Kube.Models;

/// <summary>Which objects a policy or binding is about.</summary>
public sealed class V1MatchResources
{
    public IList<V1NamedRuleWithOperations>? ResourceRules { get; set; }

    public IList<V1NamedRuleWithOperations>? ExcludeResourceRules { get; set; }

    public V1LabelSelector? NamespaceSelector { get; set; }

    public V1LabelSelector? ObjectSelector { get; set; }

    public string? MatchPolicy { get; set; }
}
