namespace K8sRecorder.Kube.Models;

/// <summary>A condition as <c>metav1.Condition</c> has it.</summary>
public sealed class V1Condition
{
    public string? Type { get; set; }

    public string? Status { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public DateTime? LastTransitionTime { get; set; }

    public long? ObservedGeneration { get; set; }
}
