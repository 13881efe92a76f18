using K8sRecorder.Policy.Effective;

namespace K8sRecorder.Operator.Injection;

/// <summary>Everything that a pod's recorder is made by: decided, and nothing looked up any more.</summary>
/// <param name="Policy">The policy in force.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Uid">The recorder's uid.</param>
/// <param name="Store">Where recordings go.</param>
/// <param name="IsRequired">Whether admission keeps later containers (ephemeral ones) from what they must not have.</param>
/// <param name="Options">What all pods have alike.</param>
internal sealed record InjectionPlan(EffectivePolicy Policy, string Digest, long Uid, StorePlace Store, bool IsRequired, InjectionOptions Options);
