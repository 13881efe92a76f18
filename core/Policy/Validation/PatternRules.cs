using System.Text.RegularExpressions;

namespace K8sRecorder.Policy.Validation;

/// <summary>What must hold of a regular expression: it costs the agent's traffic no more than linear time.</summary>
internal static class PatternRules
{
    // as many as the masking engine takes; ten kilobytes are needed to compile one
    private const int MostCharacters = 1024;

    /// <summary>False if something was reported.</summary>
    public static bool Check(PolicyCheck check, string path, string? pattern, bool mustHaveLiteral)
    {
        var reason = pattern is null ? null : Reason(pattern, mustHaveLiteral);
        if (reason is not null)
            check.Report(path, reason);
        return reason is null;
    }

    private static string? Reason(string pattern, bool mustHaveLiteral)
    {
        if (pattern.Length is 0 or > MostCharacters)
            return "must have from 1 to 1024 characters";
        Regex regex;
        try
        {
            regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (RegexParseException broken)
        {
            return $"is no regular expression: {broken.Error} at character {broken.Offset}";
        }
        catch (NotSupportedException)
        {
            return "must do without lookaround, backreferences, atomic groups and very large repetitions: it has to run in linear time";
        }
        if (!mustHaveLiteral)
            return null;
        if (regex.IsMatch(""))
            return "must not match nothing at all; require at least one character";
        return PatternShape.HasLiteralOrAnchor(pattern) ? null : "must have a literal or an anchor in every alternative, such as EMP- in EMP-[0-9]{6}, so that it can be searched for";
    }
}
