namespace K8sRecorder.Kube.Models;

/// <summary>Which requests a webhook is asked about.</summary>
public sealed class V1RuleWithOperations
{
    public IList<string>? ApiGroups { get; set; }

    public IList<string>? ApiVersions { get; set; }

    public IList<string>? Operations { get; set; }

    public IList<string>? Resources { get; set; }

    public string? Scope { get; set; }
}
