using K8sRecorder.Policy.Enforcement;
using K8sRecorder.Policy.Model;
using K8sRecorder.Policy.Validation;

namespace K8sRecorder.Policy;

/// <summary>
/// Says which fields of a valid policy a build does not enforce. A policy that is accepted and not enforced is the
/// worst failure of a recorder, so everything that was written must be named by the capabilities, and the defaults
/// that stand for what was not written must be enforced too.
/// </summary>
public static class PolicyEnforcement
{
    /// <summary>The fields that this build does not enforce; a field's problem speaks for everything below it.</summary>
    public static IReadOnlyList<PolicyProblem> Check(PolicyDocument document, PolicyCapabilities capabilities)
    {
        var problems = new ProblemList(document.File);
        if (document is not RecordingPolicyDocument policy)
        {
            if (capabilities.TakesStores)
            {
                CheckWritten(document, new FieldRules(capabilities), problems);
                return problems.InOrder();
            }
            problems.Add(document.LineOf("kind"), "kind", $"a {document.Kind} is not read by this build: --store says where recordings go; remove the document");
            return problems.InOrder();
        }
        var mode = policy.Spec.Capture?.Mode ?? capabilities.Silent;
        var isCaptured = mode is CaptureMode.Proxy or CaptureMode.Redirect;
        var rules = new FieldRules(capabilities.With(
            [.. isCaptured ? capabilities.Captured : [], .. mode == CaptureMode.Redirect ? capabilities.Redirected : []]));
        CheckWritten(document, rules, problems);
        CheckTargets(policy, rules, isCaptured, problems);
        return problems.InOrder();
    }

    private static void CheckWritten(PolicyDocument document, FieldRules rules, ProblemList problems)
    {
        var refused = new HashSet<string>();
        foreach (var (path, mark) in document.Fields)
        {
            if (path.Length == 0 || (IsSelector(path) && !rules.IsNamed(path)))
                continue;
            if (IsInside(path, refused) || rules.Refusal(path, mark.Text) is not { } reason)
                continue;
            refused.Add(path);
            problems.Add(mark.Line, path, reason);
        }
    }

    private static void CheckTargets(RecordingPolicyDocument policy, FieldRules rules, bool isCaptured, ProblemList problems)
    {
        var targets = policy.Spec.Targets;
        if (targets.Count == 0 && !isCaptured)
            problems.Add(policy.LineOf("spec.targets"), "spec.targets",
                "is missing; this build records only what comes through the listener of a target, so it would record nothing");
        for (var i = 0; i < targets.Count; i++)
        {
            var path = FieldPath.Item("spec.targets", i);
            var protocol = targets[i].Protocol ?? TargetProtocol.Auto;
            if (targets[i].Protocol is null && rules.Refusal(path + ".protocol", nameof(TargetProtocol.Auto)) is not null)
                problems.Add(policy.LineOf(path), path + ".protocol", "is missing and would be found out from the first bytes, which this build does not do; write it");
            if (targets[i].Upstream?.Host is not null && protocol is not (TargetProtocol.HTTP or TargetProtocol.Auto))
                problems.Add(policy.LineOf(path + ".upstream.host"), path + ".upstream.host", $"has no meaning for protocol {protocol}, only for HTTP; remove it");
            if (targets[i].Guard.Count > 0 && protocol == TargetProtocol.Auto)
                problems.Add(policy.LineOf(path + ".guard"), path + ".guard", "needs to know what is spoken: whoever spoke something else would pass it by; write protocol");
            if (isCaptured && protocol == TargetProtocol.Auto && targets[i].Listen is not null)
                problems.Add(policy.LineOf(path + ".listen"), path + ".listen", "needs a protocol that is written: at a listener this build does not find it out");
            if (isCaptured && targets[i].Listen is null)
                CheckWithoutListener(policy, path + ".upstream", targets[i].Upstream, problems);
            CheckSelectors(policy, rules, path, targets[i], problems);
        }
    }

    /// <summary>Captured traffic goes where the agent meant it to go, under the name that it asked for and with its own Host: only a listener's is led.</summary>
    private static void CheckWithoutListener(RecordingPolicyDocument policy, string path, UpstreamSpec? upstream, ProblemList problems)
    {
        Refuse(".address", upstream?.Address is not null, "goes where the agent meant it to go");
        Refuse(".host", upstream?.Host == UpstreamHostMode.Upstream, "keeps the agent's own Host");
        Refuse(".tls.mode", upstream?.Tls?.Mode == UpstreamTlsMode.Disable, "has TLS where the agent speaks it, and is verified then");
        Refuse(".tls.serverName", upstream?.Tls?.ServerName is not null, "is verified by the name that it asks for");

        void Refuse(string field, bool isRefused, string instead)
        {
            if (isRefused)
                problems.Add(policy.LineOf(path + field), path + field, $"says what becomes of a listener's traffic, and this target has no listen; captured traffic {instead}: remove it");
        }
    }

    /// <summary>
    /// Without capture beyond the listeners, hosts and ports are true only where they say again what
    /// <c>upstream.address</c> says; all else would promise to record traffic that never comes by.
    /// </summary>
    private static void CheckSelectors(RecordingPolicyDocument policy, FieldRules rules, string path, TargetSpec target, ProblemList problems)
    {
        var upstream = target.Listen is not null && target.Upstream?.Address is { } address && HostPort.TryParse(address, out var at) ? at : (HostPort?)null;
        var reason = upstream is null
            ? "selects traffic that this build does not capture; give the target a listen address and an upstream.address"
            : "names more than upstream.address; this build records only what comes through the listener: give the rest targets of their own";
        Refuse("hosts", target.Hosts.Any(host => !host.Equals(upstream?.Host, StringComparison.OrdinalIgnoreCase)));
        Refuse("ports", target.Ports.Any(port => port != upstream?.Port));
        Refuse("cidrs", target.Cidrs.Count > 0);

        void Refuse(string field, bool isRefused)
        {
            var selector = $"{path}.{field}";
            if (isRefused && !rules.IsNamed(selector))
                problems.Add(policy.LineOf(selector), selector, field == "cidrs" ? "is not enforced by this build; name the upstream by upstream.address" : reason);
        }
    }

    private static bool IsSelector(string path)
    {
        var bracket = path.IndexOf("].", StringComparison.Ordinal);
        if (bracket < 0 || !path.StartsWith("spec.targets[", StringComparison.Ordinal))
            return false;
        var field = path.AsSpan(bracket + 2);
        return field.StartsWith("hosts") || field.StartsWith("ports") || field.StartsWith("cidrs");
    }

    private static bool IsInside(string path, HashSet<string> refused)
    {
        for (var end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOfAny('.', '['))
            if (refused.Contains(path[..end]))
                return true;
        return false;
    }
}
