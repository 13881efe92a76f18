using K8sRecorder.Masking.Fields;
using K8sRecorder.Masking.Rules;

namespace K8sRecorder.Masking;

/// <summary>Finds what in the options cannot be enforced: all of it, not the first.</summary>
internal static class OptionsCheck
{
    public static IReadOnlyList<MaskingProblem> Problems(MaskingOptions options)
    {
        var problems = new List<MaskingProblem>();
        CheckSelectors("detectors.include", options.Include, problems, []);
        CheckSelectors("detectors.exclude", options.Exclude, problems, []);
        CheckSelectors("tagGuessable", options.TagGuessable, problems, [.. options.Rules.Select(r => r.Name)]);
        for (var i = 0; i < options.Headers.Count; i++)
        {
            if (options.Headers[i].Length == 0 || options.Headers[i].Any(c => c <= ' ' || c >= 127 || "()<>@,;:\\\"/[]?={}".Contains(c)))
                problems.Add(new($"headers[{i}]", "is not a header name"));
        }

        for (var i = 0; i < options.Rules.Count; i++)
        {
            RuleCompiler.Check(options.Rules[i], $"rules[{i}]", problems);
            if (options.Rules.Take(i).Any(r => r.Name == options.Rules[i].Name))
                problems.Add(new($"rules[{i}].name", "stands twice"));
        }

        for (var i = 0; i < options.JsonPaths.Count; i++)
        {
            if (JsonPath.Parse(options.JsonPaths[i]) is null)
                problems.Add(new($"json[{i}]", "is not a path of names and positions: $.a.b, $.a[*].b, $['a b'], at most 32 steps"));
        }

        if (options.JsonPaths.Count > JsonTracker.MaxPaths)
            problems.Add(new("json", "has more than 64 paths"));
        if (options.TagKey is not null && options.TagKey.Length != 32)
            problems.Add(new("tagKey", "must be 32 bytes"));
        return problems;
    }

    private static void CheckSelectors(string field, IReadOnlyList<string> selectors, List<MaskingProblem> problems, IReadOnlyList<string> rules)
    {
        for (var i = 0; i < selectors.Count; i++)
        {
            if (selectors[i] != "*" && !DetectorCatalog.IsKnown(selectors[i]) && !rules.Contains(selectors[i]))
                problems.Add(new($"{field}[{i}]", "names no detector, group or glob that this build has"));
        }
    }
}
