namespace K8sRecorder.Policy;

/// <summary>What a policy file held.</summary>
/// <param name="Documents">The documents that could be read, also where a field of theirs is among the problems.</param>
/// <param name="Problems">All that is wrong, in the order of the file.</param>
public sealed record PolicyResult(IReadOnlyList<PolicyDocument> Documents, IReadOnlyList<PolicyProblem> Problems);
