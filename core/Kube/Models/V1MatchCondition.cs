namespace K8sRecorder.Kube.Models;

/// <summary>A CEL expression that narrows what is sent to a webhook or policy.</summary>
public sealed class V1MatchCondition
{
    public string? Name { get; set; }

    public string? Expression { get; set; }
}
