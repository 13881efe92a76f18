using System.Text;
using K8sRecorder.Policy.Model;
using K8sRecorder.Policy.Validation;

namespace K8sRecorder.Sidecar.Guard;

/// <summary>One rule of a target, made ready: what is written must all be met, of each list one.</summary>
internal sealed class HttpRule
{
    private readonly string[] _methods;
    private readonly string[] _paths;
    private readonly string[] _tools;

    public HttpRule(GuardRuleSpec rule)
    {
        var deny = rule.Deny ?? new GuardDenySpec();
        Name = rule.Name ?? "";
        _methods = [.. deny.Method.Select(method => method.ToUpperInvariant())];
        _paths = [.. deny.Path.SelectMany(SpellingsOf).Distinct()];
        _tools = [.. deny.Tool.Select(Folded)];
    }

    public string Name { get; }

    public bool NamesPaths => _paths.Length > 0;

    public bool NamesTools => _tools.Length > 0;

    public bool HasMethod(IReadOnlyList<string> methods) => _methods.Length == 0 || methods.Any(_methods.Contains);

    /// <param name="readings">See <see cref="PathReadings"/>; null where they cannot all be had.</param>
    public bool HasPath(IReadOnlyList<string>? readings) => _paths.Length == 0 || readings is null || readings.Any(HasReading);

    public bool HasTool(string name)
    {
        var folded = Folded(name);
        return _tools.Any(glob => Glob.Matches(glob, folded));
    }

    private bool HasReading(string reading) =>
        _paths.Any(glob => Glob.Matches(glob, reading) || (reading.Length > 1 && reading[^1] == '/' && Glob.Matches(glob, reading[..^1])));

    /// <summary>A glob as written, with escapes undone, and each without a slash at its end.</summary>
    private static IEnumerable<string> SpellingsOf(string glob)
    {
        var written = PathSteps.Folded(Encoding.UTF8.GetBytes(glob));
        foreach (var spelling in new[] { written, PathSteps.Decode(written) })
        {
            yield return spelling;
            if (spelling.Length > 1 && spelling[^1] == '/')
                yield return spelling[..^1];
        }
    }

    private static string Folded(string name) => name.ToLowerInvariant();
}
