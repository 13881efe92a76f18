namespace K8sRecorder.Policy.Model;

/// <summary>A RecordingStore by name.</summary>
public sealed record StoreReference
{
    /// <summary>Its name.</summary>
    public string? Name { get; init; }
}
