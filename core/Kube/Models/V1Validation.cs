namespace K8sRecorder.Kube.Models;

/// <summary>One CEL expression that must be true.</summary>
public sealed class V1Validation
{
    public string? Expression { get; set; }

    public string? Message { get; set; }

    public string? MessageExpression { get; set; }

    public string? Reason { get; set; }
}
