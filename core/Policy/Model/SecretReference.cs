namespace K8sRecorder.Policy.Model;

/// <summary>A Secret in the pod's namespace.</summary>
public sealed record SecretReference
{
    /// <summary>Its name.</summary>
    public string? SecretName { get; init; }
}
