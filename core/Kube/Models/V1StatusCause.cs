namespace K8sRecorder.Kube.Models;

/// <summary>One field's part in a refusal.</summary>
public sealed class V1StatusCause
{
    public string? Field { get; set; }

    public string? Message { get; set; }

    public string? Reason { get; set; }
}
