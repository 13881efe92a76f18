using K8sRecorder.Masking.Detectors;
using K8sRecorder.Masking.Output;
using System.Text.RegularExpressions;

namespace K8sRecorder.Masking.Rules;

/// <summary>Makes detectors of the policy's own rules, or says why not.</summary>
internal static class RuleCompiler
{
    public const int MaxLength = 16 * 1024;

    private const int MaxPattern = 1024;

    public static Detector Compile(MaskingRule rule)
    {
        var literal = RuleLiteral.Of(rule.Pattern)!;
        var matcher = new RuleMatcher(new Regex(rule.Pattern, RuleMatcher.Options), rule.MaxLength, literal.IsPrefix);
        var literals = literal.Literals.ToArray();
        var back = literal.IsPrefix ? 0 : rule.MaxLength;
        var pattern = literal.IgnoreCase
            ? Pattern.AnyCase(matcher, back, literals)
            : Pattern.Exactly(matcher, back, literals);
        return new Detector(new DetectorInfo(rule.Name, "policy", "Rule of the policy", 0, rule.MaxLength, OnByDefault: true), Rank.Rule, pattern);
    }

    public static void Check(MaskingRule rule, string field, List<MaskingProblem> problems)
    {
        if (rule.Name.Length is 0 or > Marker.MaxName || rule.Name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '/')))
            problems.Add(new($"{field}.name", "must be lower-case letters, digits, '-' and '/', at most 64"));
        else if (DetectorCatalog.Names.Contains(rule.Name))
            problems.Add(new($"{field}.name", "is the name of a built-in detector"));
        if (rule.MaxLength is < 1 or > MaxLength)
            problems.Add(new($"{field}.maxLength", "must be 1 to 16384"));
        if (rule.Pattern.Length is 0 or > MaxPattern)
        {
            problems.Add(new($"{field}.pattern", "must be 1 to 1024 characters"));
            return;
        }

        try
        {
            if (new Regex(rule.Pattern, RuleMatcher.Options).IsMatch(""))
                problems.Add(new($"{field}.pattern", "matches nothing at all, so everywhere"));
        }
        catch (NotSupportedException)
        {
            problems.Add(new($"{field}.pattern", "uses look-around, a back reference or an atomic group, which cannot be run without backtracking"));
            return;
        }
        catch (ArgumentException)
        {
            problems.Add(new($"{field}.pattern", "is not a regular expression"));
            return;
        }

        if (RuleLiteral.Of(rule.Pattern) is null)
            problems.Add(new($"{field}.pattern", "has no literal of two characters or more, outside groups and classes, that every match must hold"));
    }
}
