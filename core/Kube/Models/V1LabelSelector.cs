namespace K8sRecorder.Kube.Models;

/// <summary>Selects by labels; all parts must hold, and an empty one selects everything.</summary>
public sealed class V1LabelSelector
{
    public IDictionary<string, string>? MatchLabels { get; set; }

    public IList<V1LabelSelectorRequirement>? MatchExpressions { get; set; }
}
