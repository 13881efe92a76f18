namespace K8sRecorder.Kube.Models;

/// <summary>Whether they may.</summary>
public sealed class V1SubjectAccessReviewStatus
{
    public bool? Allowed { get; set; }

    public bool? Denied { get; set; }

    public string? Reason { get; set; }

    public string? EvaluationError { get; set; }
}
