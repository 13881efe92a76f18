using K8sRecorder.Policy.Validation;

namespace K8sRecorder.Policy;

/// <summary>Says everything that is wrong with a document that could be read, by field, at once.</summary>
public static class PolicyValidator
{
    /// <summary>
    /// The problems of one document, beside those that reading it gave. Without <paramref name="detectors"/> their
    /// names are not checked.
    /// </summary>
    public static IReadOnlyList<PolicyProblem> Validate(PolicyDocument document, DetectorCatalogue? detectors)
    {
        var problems = new ProblemList(document.File);
        var check = new PolicyCheck(document, detectors, problems);
        MetadataRules.Check(check, document);
        switch (document)
        {
            case RecordingPolicyDocument policy:
                SpecRules.Check(check, policy.Spec);
                TargetRules.Check(check, policy.Spec.Targets);
                MaskingRules.Check(check, policy.Spec.Masking);
                break;
            case RecordingStoreDocument store:
                StoreRules.Check(check, store.Spec);
                break;
        }
        return problems.InOrder();
    }
}
