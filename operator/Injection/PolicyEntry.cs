using K8sRecorder.Masking;
using K8sRecorder.Policy;

namespace K8sRecorder.Operator.Injection;

/// <summary>
/// A policy or a store of the cluster, read and checked. Checking compiles every pattern in it: once for each version of an object, not for each catalogue.
/// </summary>
/// <param name="Document">The document.</param>
/// <param name="Problem">Why it is not ready: the first thing that is wrong or not enforced; null where it is.</param>
internal sealed record PolicyEntry(PolicyDocument Document, (InjectionReason Reason, string Message)? Problem)
{
    private static readonly DetectorCatalogue Detectors = new(DetectorCatalog.Names, DetectorCatalog.Groups);

    /// <summary>Reads all objects of a text, JSON of the API server (one) or YAML of a file; what is not of our kinds is left out.</summary>
    public static IReadOnlyList<PolicyEntry> Read(ReadOnlySpan<byte> utf8, string name)
    {
        var result = PolicyFile.Parse(utf8, name);
        return [.. result.Documents.Select(document => new PolicyEntry(document, result.Problems is [var unread, ..] ? Invalid(unread) : Check(document)))];
    }

    private static (InjectionReason, string)? Check(PolicyDocument document)
    {
        if (PolicyValidator.Validate(document, Detectors) is [var invalid, ..])
            return Invalid(invalid);
        return PolicyEnforcement.Check(document, PolicyCapabilities.InCluster) is [var notEnforced, ..]
            ? (InjectionReason.PolicyNotEnforced, $"{notEnforced.Path}: {notEnforced.Message}")
            : null;
    }

    private static (InjectionReason, string) Invalid(PolicyProblem problem) => (InjectionReason.PolicyInvalid, $"{problem.Path}: {problem.Message}");
}
