using System.Net;
using K8sRecorder.Policy.Effective;

namespace K8sRecorder.Sidecar.Identify;

/// <summary>
/// Which target of the policy a captured connection is of. By a name only where that is proven: by a certificate, or by our own resolver's
/// answer. Where several match, a name goes before an address range, and among equals the first of the policy.
/// </summary>
internal sealed class TargetMap(IReadOnlyList<EffectiveTarget> targets)
{
    /// <summary>The target of a proven name, or null.</summary>
    public EffectiveTarget? ByName(string name, int port)
    {
        foreach (var target in targets)
        {
            if (HasPort(target, port) && HasName(target, name))
                return target;
        }
        return null;
    }

    /// <summary>The target of an address, or null.</summary>
    public EffectiveTarget? ByAddress(IPEndPoint destination)
    {
        foreach (var target in targets)
        {
            if (HasPort(target, destination.Port) && HasAddress(target, destination.Address))
                return target;
        }
        return null;
    }

    /// <summary>Whether any target has this name, on whatever port: then it may be asked for.</summary>
    public bool Knows(string name)
    {
        foreach (var target in targets)
        {
            if (HasName(target, name))
                return true;
        }
        return false;
    }

    private static bool HasPort(EffectiveTarget target, int port) =>
        IsOfUpstream(target) ? target.Upstream?.Port == port
        : target.Ports.Count == 0 || target.Ports.Contains(port);

    private static bool HasName(EffectiveTarget target, string name)
    {
        if (IsOfUpstream(target))
            return Matches(target.Upstream?.Host ?? "", name);
        foreach (var pattern in target.Hosts)
        {
            if (Matches(pattern, name))
                return true;
        }
        return false;
    }

    private static bool HasAddress(EffectiveTarget target, IPAddress address)
    {
        if (IsOfUpstream(target))
            return IPAddress.TryParse(target.Upstream?.Host, out var upstream) && upstream.Equals(address);
        foreach (var range in target.Cidrs)
        {
            if (range.Contains(address))
                return true;
        }
        foreach (var pattern in target.Hosts)
        {
            if (IPAddress.TryParse(pattern, out var host) && host.Equals(address))
                return true;
        }
        return false;
    }

    /// <summary>One that says only where its listener's traffic goes means what goes there straight, too.</summary>
    private static bool IsOfUpstream(EffectiveTarget target) => target.Hosts.Count == 0 && target.Cidrs.Count == 0;

    /// <summary><c>*.suffix</c> is any name below the suffix, however deep, and not the suffix itself.</summary>
    private static bool Matches(string pattern, string name) =>
        pattern.StartsWith("*.", StringComparison.Ordinal)
            ? name.Length > pattern.Length - 1 && name.EndsWith(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
            : name.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
