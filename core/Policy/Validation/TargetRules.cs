using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Validation;

/// <summary>What must hold of the targets, each and among each other.</summary>
internal static class TargetRules
{
    private const string ListenForm = "a loopback address with a port, such as 127.0.0.1:15432";
    private const string AddressForm = "host:port, such as orders.db.svc:5432";

    public static void Check(PolicyCheck check, IReadOnlyList<TargetSpec> targets)
    {
        check.AtMost("spec.targets", targets.Count, PolicyLimits.Targets);
        var names = new Dictionary<string, string>();
        var listeners = new Dictionary<HostPort, string>();
        for (var i = 0; i < targets.Count; i++)
        {
            var path = FieldPath.Item("spec.targets", i);
            CheckName(check, path, targets[i].Name, names);
            CheckSelection(check, path, targets[i]);
            CheckListen(check, path, targets[i], listeners);
            CheckUpstream(check, path, targets[i].Upstream);
            AccessRules.Check(check, path, targets[i]);
            if (targets[i].Upstream?.Tls?.Mode == UpstreamTlsMode.Passthrough)
                CheckPassthrough(check, path, targets[i]);
        }
        for (var i = 0; i < targets.Count; i++)
            if (targets[i].Upstream?.Address is { } address && Canonical(address) is { } upstream && listeners.TryGetValue(upstream, out var listener))
                check.Report(FieldPath.Item("spec.targets", i) + ".upstream.address", $"is the listener of {listener}: it would speak with itself");
    }

    private static void CheckName(PolicyCheck check, string path, string? name, Dictionary<string, string> names)
    {
        check.Required(path + ".name", name, Names.IsLabel, Names.LabelForm);
        if (name is "unmatched" or "inbound")
            check.Report(path + ".name", $"{Shown.Quoted(name)} is what recordings call traffic of no target; give it another name");
        if (name is not null && !names.TryAdd(name, path))
            check.Report(path + ".name", $"{Shown.Quoted(name)} is also the name of {names[name]}; give each target its own");
    }

    private static void CheckSelection(PolicyCheck check, string path, TargetSpec target)
    {
        check.Each(path + ".hosts", target.Hosts, PolicyLimits.Hosts, Addresses.IsHostPattern, "an exact name or *.suffix, without scheme and port", StringComparer.OrdinalIgnoreCase);
        check.Each(path + ".cidrs", target.Cidrs, PolicyLimits.Cidrs, Addresses.IsRange, "an address range such as 10.0.0.0/8, host bits zero");
        check.AtMost(path + ".ports", target.Ports.Count, PolicyLimits.Ports);
        var ports = new HashSet<int>();
        for (var i = 0; i < target.Ports.Count; i++)
        {
            check.Between(FieldPath.Item(path + ".ports", i), target.Ports[i], 1, 65535);
            if (!ports.Add(target.Ports[i]))
                check.Report(FieldPath.Item(path + ".ports", i), "stands in the list twice; remove one");
        }
        if (target.Hosts.Count == 0 && target.Cidrs.Count == 0 && !check.IsWritten(path + ".listen"))
            check.Report(path, "selects nothing; give it hosts or cidrs, or a listen address with an upstream");
    }

    private static void CheckListen(PolicyCheck check, string path, TargetSpec target, Dictionary<HostPort, string> listeners)
    {
        if (target.Listen is not { } listen)
            return;
        check.Optional(path + ".listen", listen, IsLoopback, ListenForm);
        if (Canonical(listen) is { } listener && !listeners.TryAdd(listener, path))
            check.Report(path + ".listen", $"is also the listener of {listeners[listener]}; give each target its own port");
        if (target.Upstream?.Address is null)
            check.Report(path + ".upstream.address", $"is missing; a listener needs to know where its traffic goes: write {AddressForm}");
    }

    private static void CheckUpstream(PolicyCheck check, string path, UpstreamSpec? upstream)
    {
        check.Optional(path + ".upstream.address", upstream?.Address, text => HostPort.TryParse(text, out _), AddressForm);
        if (upstream?.Tls is not { } tls)
            return;
        path += ".upstream.tls";
        check.Optional(path + ".serverName", tls.ServerName, name => Addresses.IsName(name) || Addresses.Parse(name) is not null, "a DNS name or an address");
        check.Optional(path + ".caSecretName", tls.CaSecretName, Names.IsObjectName, Names.ObjectForm);
        var isVerify = upstream.Address is { } address && HostPort.TryParse(address, out var upstreamAt) && upstreamAt.Port == 443;
        // Whoever writes tls means TLS; to fall back to clear text because the port is not 443 would be a trap.
        if (tls.Mode is null && !isVerify)
            check.Report(path + ".mode", "is missing; Verify is the default only on port 443: write Verify, Disable or Passthrough");
        if (tls.Mode is UpstreamTlsMode.Disable or UpstreamTlsMode.Passthrough && tls.ServerName is not null)
            check.Report(path + ".serverName", $"has no meaning with mode {tls.Mode}; remove it or write mode: Verify");
        if (tls.Mode is UpstreamTlsMode.Disable or UpstreamTlsMode.Passthrough && tls.CaSecretName is not null)
            check.Report(path + ".caSecretName", $"has no meaning with mode {tls.Mode}; remove it or write mode: Verify");
    }

    /// <summary>Who lets TLS through unread can neither judge nor change what is in it.</summary>
    private static void CheckPassthrough(PolicyCheck check, string path, TargetSpec target)
    {
        const string Reason = "needs what is inside, and upstream.tls.mode: Passthrough leaves that unread; remove one of the two";
        if (target.Protocol is not (null or TargetProtocol.Auto or TargetProtocol.TCP))
            check.Report(path + ".protocol", Reason);
        if (target.Upstream?.Host is not null)
            check.Report(path + ".upstream.host", Reason);
        if (target.Credentials is not null)
            check.Report(path + ".credentials", Reason);
        for (var i = 0; i < target.Guard.Count; i++)
            check.Report(FieldPath.Item(path + ".guard", i) + ".deny", Reason);
    }

    private static bool IsLoopback(string text) =>
        HostPort.TryParse(text, out var at) && at.Address is { } address && System.Net.IPAddress.IsLoopback(address);

    /// <summary>One form for [::1]:80 and [0:0::1]:80, and for names in any case.</summary>
    private static HostPort? Canonical(string text) =>
        HostPort.TryParse(text, out var at) ? at with { Host = at.Address?.ToString() ?? at.Host.ToLowerInvariant() } : null;
}
