using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy;

/// <summary>A <c>RecordingStore</c>.</summary>
public sealed record RecordingStoreDocument : PolicyDocument
{
    /// <summary>Where recordings go.</summary>
    public required RecordingStoreSpec Spec { get; init; }
}
