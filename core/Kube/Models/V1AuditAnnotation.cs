namespace K8sRecorder.Kube.Models;

/// <summary>A CEL expression whose value goes to the audit log.</summary>
public sealed class V1AuditAnnotation
{
    public string? Key { get; set; }

    public string? ValueExpression { get; set; }
}
