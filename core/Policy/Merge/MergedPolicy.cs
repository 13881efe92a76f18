using K8sRecorder.Policy.Effective;

namespace K8sRecorder.Policy.Merge;

/// <summary>What several policies are together.</summary>
/// <param name="Policy">The policy in force; null where a problem blocks it.</param>
/// <param name="Digest">Its digest; null where there is none.</param>
/// <param name="Sources">Every policy that it was made of, cluster ones first, each level by name.</param>
/// <param name="Problems">The conflicts, also those that were settled.</param>
public sealed record MergedPolicy(EffectivePolicy? Policy, string? Digest, IReadOnlyList<PolicySource> Sources, IReadOnlyList<MergeProblem> Problems);
