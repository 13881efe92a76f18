using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Guard;

/// <summary>A request is not to reach its target.</summary>
/// <param name="Rule">The rule's name in the policy.</param>
/// <param name="Reason">See <see cref="GuardReason"/>; null where the request is what the rule names.</param>
/// <param name="Answer">What the agent is told.</param>
internal sealed record GuardDenial(string Rule, string? Reason, RecorderAnswer Answer);
