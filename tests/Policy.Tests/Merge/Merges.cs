using System.Text;
using System.Text.Json;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Merge;
using K8sRecorder.Policy.Tests.Selection;

namespace K8sRecorder.Policy.Tests.Merge;

/// <summary>Merges as the tests write them: <c>name|spec</c>.</summary>
internal static class Merges
{
    public static MergedPolicy Of(params string[] policies) => PolicyMerge.Merge(policies.Select(policy =>
    {
        var bar = policy.IndexOf('|', StringComparison.Ordinal);
        return Pods.Policy(policy[..bar], policy[(bar + 1)..]);
    }));

    /// <summary>A field of the canonical form, lists joined.</summary>
    public static string Read(EffectivePolicy policy, string field)
    {
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(PolicyDigest.CanonicalJson(policy)));
        if (field == "rules")
            return string.Join(',', policy.Masking.Rules.Select(rule => $"{rule.Name}={rule.Pattern}/{rule.MaxLength}"));
        var value = json.RootElement.TryGetProperty(field, out var top) ? top : json.RootElement.GetProperty("masking").GetProperty(field);
        return value.ValueKind == JsonValueKind.Array ? string.Join(',', value.EnumerateArray().Select(item => item.ToString())) : value.ToString();
    }

    /// <summary>Targets in force, a line each: <c>name hosts protocol [rules]</c>.</summary>
    public static string[] Targets(MergedPolicy merged) =>
        [.. merged.Policy!.Targets.Select(target => $"{target.Name} {string.Join('+', target.Hosts.Concat(target.Cidrs.Select(cidr => cidr.ToString())))} {target.Protocol} [{string.Join(' ', target.Guard.Select(rule => rule.Name))}]")];
}
