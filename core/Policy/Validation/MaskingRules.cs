using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Validation;

/// <summary>What must hold of the masking.</summary>
internal static class MaskingRules
{
    private const int LongestMatch = 16 << 10;

    public static void Check(PolicyCheck check, MaskingSpec? masking)
    {
        if (masking is null)
            return;
        CheckDetectors(check, "spec.masking.detectors.include", masking.Detectors?.Include ?? []);
        CheckDetectors(check, "spec.masking.detectors.exclude", masking.Detectors?.Exclude ?? []);
        CheckDetectors(check, "spec.masking.tagGuessable", masking.TagGuessable);
        CheckRules(check, masking.Rules);
        check.Each("spec.masking.headers", masking.Headers, PolicyLimits.Masked, Names.IsHeader, Names.HeaderForm, StringComparer.OrdinalIgnoreCase);
        check.Each("spec.masking.json", masking.Json, PolicyLimits.Masked, JsonPath.IsValid, "a JSON path of names and [*], such as $.user.ssn");
        check.Each("spec.masking.columns", masking.Columns, PolicyLimits.Masked, IsColumn, "a column, a table.column or a schema.table.column");
    }

    private static void CheckDetectors(PolicyCheck check, string path, IReadOnlyList<string> detectors)
    {
        check.Each(path, detectors, PolicyLimits.Masked, name => name.Length is > 0 and <= 128, "a detector, a group or a glob");
        if (check.Detectors is not { } catalogue)
            return;
        for (var i = 0; i < detectors.Count; i++)
            if (detectors[i].Length > 0 && !catalogue.Names.Concat(catalogue.Groups).Any(name => Glob.Matches(detectors[i], name)))
                check.Report(FieldPath.Item(path, i), $"{Shown.Quoted(detectors[i])} is no detector or group; there are {Known(catalogue)}");
    }

    private static void CheckRules(PolicyCheck check, IReadOnlyList<MaskingRuleSpec> rules)
    {
        const string path = "spec.masking.rules";
        check.AtMost(path, rules.Count, PolicyLimits.MaskingRules);
        var names = new HashSet<string>(check.Detectors?.Names ?? []);
        for (var i = 0; i < rules.Count; i++)
        {
            var item = FieldPath.Item(path, i);
            check.Required(item + ".name", rules[i].Name, Names.IsLabel, Names.LabelForm);
            if (rules[i].Name is { } name && !names.Add(name))
                check.Report(item + ".name", $"{Shown.Quoted(name)} is already the name of a detector or a rule; choose another");
            if (rules[i].Pattern is null)
                check.Report(item + ".pattern", "is missing; write a regular expression such as EMP-[0-9]{6}");
            PatternRules.Check(check, item + ".pattern", rules[i].Pattern, mustHaveLiteral: true);
            check.Between(item + ".maxLength", rules[i].MaxLength, 1, LongestMatch);
        }
    }

    private static string Known(DetectorCatalogue catalogue)
    {
        var names = catalogue.Names.Order(StringComparer.Ordinal).Concat(catalogue.Groups.Order(StringComparer.Ordinal)).Distinct().ToList();
        return names.Count <= 60 ? string.Join(", ", names) : string.Join(", ", names.Take(60)) + ", …";
    }

    private static bool IsColumn(string column)
    {
        var names = column.Split('.');
        return names.Length <= 3 && names.All(name => name.Length is > 0 and <= 128 && !name.Any(char.IsControl));
    }
}
