using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy;

/// <summary>A <c>RecordingPolicy</c> or a <c>ClusterRecordingPolicy</c>.</summary>
public sealed record RecordingPolicyDocument : PolicyDocument
{
    /// <summary>What it asks for.</summary>
    public required RecordingPolicySpec Spec { get; init; }
}
