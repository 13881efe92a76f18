namespace K8sRecorder.Policy.Validation;

/// <summary>One run of the validator over one document: reports by path, and is silent below what could not be read.</summary>
internal sealed class PolicyCheck(PolicyDocument document, DetectorCatalogue? detectors, ProblemList problems)
{
    public DetectorCatalogue? Detectors { get; } = detectors;

    public bool IsWritten(string path) => document.Fields.ContainsKey(path);

    public void Report(string path, string message)
    {
        for (var end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOfAny('.', '['))
            if (document.Fields.TryGetValue(path[..end], out var mark) && !mark.IsReadable)
                return;
        problems.Add(document.LineOf(path), path, message);
    }

    /// <summary>Reports a text that is absent or not of the form.</summary>
    public void Required(string path, string? value, Func<string, bool> isValid, string expected)
    {
        if (value is null)
            Report(path, $"is missing; write {expected}");
        else
            Optional(path, value, isValid, expected);
    }

    /// <summary>Reports a text that is not of the form.</summary>
    public void Optional(string path, string? value, Func<string, bool> isValid, string expected)
    {
        if (value is not null && !isValid(value))
            Report(path, value.Length == 0 ? $"must not be empty; write {expected}" : $"must be {expected}, not {Shown.Quoted(value)}");
    }

    /// <summary>Reports every item that is not of the form or stands twice, and a list that is too long.</summary>
    public void Each(string path, IReadOnlyList<string> values, int most, Func<string, bool> isValid, string expected, StringComparer? sameness = null)
    {
        AtMost(path, values.Count, most);
        var seen = new HashSet<string>(sameness ?? StringComparer.Ordinal);
        for (var i = 0; i < values.Count; i++)
        {
            Optional(FieldPath.Item(path, i), values[i], isValid, expected);
            if (!seen.Add(values[i]) && values[i].Length > 0)
                Report(FieldPath.Item(path, i), $"{Shown.Quoted(values[i])} stands in the list twice; remove one");
        }
    }

    public void AtMost(string path, int count, int most)
    {
        if (count > most)
            Report(path, FormattableString.Invariant($"must hold at most {most}, not {count}"));
    }

    public void Between(string path, long? value, long least, long most)
    {
        if (value < least || value > most)
            Report(path, FormattableString.Invariant($"must be from {least} to {most}, not {value}"));
    }

    public void Positive(string path, TimeSpan? value)
    {
        if (value <= TimeSpan.Zero)
            Report(path, "must be longer than nothing; write a duration such as 30s");
    }
}
