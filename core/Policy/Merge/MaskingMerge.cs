using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Validation;

namespace K8sRecorder.Policy.Merge;

/// <summary>Everything that one of them masks; what is left out is only what all leave out.</summary>
internal static class MaskingMerge
{
    public static EffectiveMasking Merge(IReadOnlyList<RecordingPolicyDocument> policies, List<EffectivePolicy> parts, MergeProblems problems)
    {
        if (parts.Count == 0)
            return new EffectiveMasking();
        var all = parts.Select(part => part.Masking).ToList();
        var rules = Rules(all);
        if (rules.Count > PolicyLimits.MaskingRules)
            problems.Add(MergeProblemReason.TooLarge, true, [.. parts.SelectMany(part => part.Sources)], "spec.masking.rules: more than 128 rules together; remove some");
        return new EffectiveMasking
        {
            Include = Union(all, masking => masking.Include),
            Exclude = [.. Union(all, masking => masking.Exclude).Where(name => all.TrueForAll(masking => masking.Exclude.Any(glob => Glob.Matches(glob, name))))],
            // Nothing is masked less by it; but what may be guessed from a tag is for the higher level to say.
            TagGuessable = [.. new MergeLevels(policies).FirstWritten(spec => spec.Masking?.TagGuessable is { Count: > 0 } names ? names : null)
                .SelectMany(names => names.Value).Distinct()],
            Rules = rules,
            Headers = Union(all, masking => masking.Headers),
            JsonPaths = Union(all, masking => masking.JsonPaths),
            Columns = Union(all, masking => masking.Columns),
            Inline = all.Exists(masking => masking.Inline),
        };
    }

    private static List<string> Union(List<EffectiveMasking> all, Func<EffectiveMasking, IReadOnlyList<string>> read) => [.. all.SelectMany(read).Distinct()];

    /// <summary>The same rule twice is one, with the longer match; another of the same name gets a name of its own.</summary>
    private static List<EffectiveMaskingRule> Rules(List<EffectiveMasking> all)
    {
        var rules = new List<EffectiveMaskingRule>();
        foreach (var rule in all.SelectMany(masking => masking.Rules))
        {
            if (rules.Count > PolicyLimits.MaskingRules)
                break;
            var same = rules.FindIndex(other => other.Pattern == rule.Pattern);
            if (same >= 0)
                rules[same] = rules[same] with { MaxLength = Math.Max(rules[same].MaxLength, rule.MaxLength) };
            else
                rules.Add(rule with { Name = Names.Free(rule.Name, name => rules.Exists(other => other.Name == name)) });
        }
        return rules;
    }
}
