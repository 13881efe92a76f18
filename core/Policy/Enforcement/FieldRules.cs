using System.Text;

namespace K8sRecorder.Policy.Enforcement;

/// <summary>The capabilities of a build, asked by field.</summary>
internal sealed class FieldRules(PolicyCapabilities capabilities)
{
    private readonly List<FieldRule> _rules = [.. capabilities.Fields.Select(FieldRule.Parse)];

    /// <summary>Null if the field is enforced as written, else the reason.</summary>
    public string? Refusal(string path, string? value)
    {
        var plain = WithoutIndexes(path);
        if (_rules.Any(rule => rule.IsBelow(plain)))
            return null;
        var about = _rules.Where(rule => rule.Covers(plain)).ToList();
        if (about.Count == 0)
            return "is not enforced by this build; remove it";
        if (about.Any(rule => rule.Allows(plain, value)))
            return null;
        return $"is enforced by this build only as {string.Join(", ", about.SelectMany(rule => rule.Values))}; {Shown.Quoted(value ?? "")} is not";
    }

    public bool IsNamed(string path) => _rules.Any(rule => rule.Covers(WithoutIndexes(path)));

    private static string WithoutIndexes(string path)
    {
        var plain = new StringBuilder(path.Length);
        var inside = false;
        foreach (var c in path)
        {
            inside &= c != ']';
            if (!inside)
                plain.Append(c);
            inside |= c == '[';
        }
        return plain.ToString();
    }
}
