using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy;

/// <summary>What a run by hand is to do: the policy in force, or the reasons why there is none.</summary>
/// <param name="Document">The document, for the lines of its fields; null if there is any problem.</param>
/// <param name="Policy">The policy in force; null if there is any problem.</param>
/// <param name="Digest"><c>sha256:</c> and the hex digest of its canonical form; null if there is any problem.</param>
/// <param name="Problems">All that is wrong or cannot be enforced, in the order of the file; the run must not start.</param>
public sealed record PolicyRun(PolicyDocument? Document, EffectivePolicy? Policy, string? Digest, IReadOnlyList<PolicyProblem> Problems)
{
    /// <summary>Parse, validate, check enforceability and fill in, in one go: what the sidecar does with <c>--policy FILE</c>.</summary>
    public static PolicyRun Load(ReadOnlySpan<byte> utf8Yaml, string fileName, DetectorCatalogue detectors, PolicyCapabilities capabilities)
    {
        var file = PolicyFile.Parse(utf8Yaml, fileName);
        var problems = new List<PolicyProblem>(file.Problems);
        foreach (var document in file.Documents)
        {
            var invalid = PolicyValidator.Validate(document, detectors);
            problems.AddRange(invalid);
            // A field that is wrong in itself is said once.
            var paths = invalid.Concat(file.Problems).Select(problem => problem.Path).ToHashSet();
            problems.AddRange(PolicyEnforcement.Check(document, capabilities).Where(problem => !paths.Contains(problem.Path)));
        }
        var policies = file.Documents.OfType<RecordingPolicyDocument>().ToList();
        foreach (var another in policies.Skip(1))
            problems.Add(new PolicyProblem(fileName, another.LineOf("kind"), "kind", "is a second policy; a run by hand takes one, so put it in a file of its own"));
        if (policies.Count == 0 && problems.Count == 0)
            problems.Add(new PolicyProblem(fileName, 0, "", "holds no RecordingPolicy; write one"));
        if (problems.Count > 0)
            return new PolicyRun(null, null, null, [.. problems.OrderBy(problem => problem.Line)]);
        var policy = EffectivePolicyBuilder.Build(policies[0], CaptureMode.Listeners);
        return new PolicyRun(policies[0], policy, PolicyDigest.Of(policy), []);
    }

    /// <summary>
    /// A problem that only the caller can see, such as a rule that the masking engine does not take, with file and line:
    /// <c>spec.masking.rules[0].pattern</c>.
    /// </summary>
    public PolicyProblem ProblemAt(string path, string message) =>
        new(Document?.File ?? "", Document?.LineOf(path) ?? 0, path, message);
}
