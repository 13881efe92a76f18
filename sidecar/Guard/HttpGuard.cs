using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Guard;

/// <summary>
/// The guard of a target that speaks HTTP, made of its rules. A request is denied where any way to read it meets a rule: what a server
/// would make of it nobody knows here. Immutable, for all connections.
/// </summary>
internal sealed class HttpGuard
{
    private readonly HttpRule[] _rules;
    private readonly bool _namesPaths;

    private HttpGuard(HttpRule[] rules)
    {
        _rules = rules;
        _namesPaths = rules.Any(rule => rule.NamesPaths);
    }

    /// <summary>The guard of these rules; null where there are none.</summary>
    public static HttpGuard? Of(IReadOnlyList<GuardRuleSpec> rules) => rules.Count == 0 ? null : new HttpGuard([.. rules.Select(rule => new HttpRule(rule))]);

    /// <summary>Judges by the head alone. Rules that name tools are asked again with the body: see <see cref="HeadVerdict.ToolRules"/>.</summary>
    /// <param name="head">The request's head.</param>
    /// <param name="leavesHttp">Whether it asks for a connection on which something else than HTTP follows.</param>
    public HeadVerdict Judge(HttpHead head, bool leavesHttp)
    {
        var methods = HeadReading.MethodsOf(head);
        var paths = _namesPaths ? HeadReading.PathsOf(head) : [];
        List<HttpRule>? toolRules = null;
        foreach (var rule in _rules)
        {
            if (!rule.HasMethod(methods) || !rule.HasPath(paths))
                continue;
            var reason = rule.NamesPaths && paths is null ? GuardReason.Path : rule.NamesTools && leavesHttp ? GuardReason.Upgrade : null;
            if (!rule.NamesTools || leavesHttp)
                return new HeadVerdict(new GuardDenial(rule.Name, reason, DenialAnswer.To(head, rule.Name, reason)), []);
            (toolRules ??= []).Add(rule);
        }
        return new HeadVerdict(null, toolRules ?? []);
    }
}
