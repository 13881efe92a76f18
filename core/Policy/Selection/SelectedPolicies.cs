namespace K8sRecorder.Policy.Selection;

/// <summary>Which policies a pod would be recorded by.</summary>
/// <param name="Applying">All of them, cluster ones first, each level by name.</param>
/// <param name="IsSelected">Whether one of them asks for the pod: by its selector, or because the pod names it.</param>
/// <param name="Missing">The name of the policy that the pod names and that is not there; else null.</param>
public sealed record SelectedPolicies(IReadOnlyList<RecordingPolicyDocument> Applying, bool IsSelected, string? Missing);
