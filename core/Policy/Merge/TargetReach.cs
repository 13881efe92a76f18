using System.Net;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Validation;

namespace K8sRecorder.Policy.Merge;

/// <summary>
/// Which traffic a target may take, so that what one policy denies there is not let through by another's target. Where it cannot be
/// told (a name may have an address of a range) it says that they meet.
/// </summary>
internal sealed class TargetReach
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _suffixes = new(StringComparer.Ordinal);
    private readonly List<IPNetwork> _ranges = [];
    private readonly HashSet<int> _ports;

    private TargetReach(IEnumerable<string> hosts, IEnumerable<IPNetwork> ranges, IEnumerable<int> ports)
    {
        foreach (var host in hosts)
            if (host.StartsWith("*.", StringComparison.Ordinal))
                _suffixes.Add(host[2..]);
            else if (Addresses.Parse(host) is { } address)
                _ranges.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                _names.Add(host);
        _ranges.AddRange(ranges);
        _ports = [.. ports];
    }

    /// <summary>What it captures, and where its listener leads.</summary>
    public static IReadOnlyList<TargetReach> Of(EffectiveTarget target)
    {
        var reaches = new List<TargetReach>();
        if (target.Hosts.Count > 0 || target.Cidrs.Count > 0)
            reaches.Add(new TargetReach(target.Hosts, target.Cidrs, target.Ports));
        if (target is { Listen: not null, Upstream: { } upstream })
            reaches.Add(new TargetReach([upstream.Host, upstream.ServerName], [], [upstream.Port]));
        return reaches;
    }

    public static bool Meet(IReadOnlyList<TargetReach> some, IReadOnlyList<TargetReach> others)
    {
        foreach (var one in some)
            foreach (var other in others)
                if (one.Meets(other))
                    return true;
        return false;
    }

    private bool Meets(TargetReach other)
    {
        if (_ports.Count > 0 && other._ports.Count > 0 && !_ports.Overlaps(other._ports))
            return false;
        if (_names.Overlaps(other._names) || Covers(_suffixes, other) || Covers(other._suffixes, this))
            return true;
        var (hasNames, otherHasNames) = (_names.Count + _suffixes.Count > 0, other._names.Count + other._suffixes.Count > 0);
        if ((hasNames && other._ranges.Count > 0) || (otherHasNames && _ranges.Count > 0))
            return true;
        return _ranges.Exists(range => other._ranges.Exists(another => range.Contains(another.BaseAddress) || another.Contains(range.BaseAddress)));
    }

    /// <summary>Whether one of the suffixes stands over a name or over a suffix of the other.</summary>
    private static bool Covers(HashSet<string> suffixes, TargetReach other) =>
        suffixes.Count > 0 && (other._names.Any(name => AnyParent(name, suffixes)) || other._suffixes.Any(suffix => suffixes.Contains(suffix) || AnyParent(suffix, suffixes)));

    private static bool AnyParent(string name, HashSet<string> suffixes)
    {
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
            if (suffixes.Contains(name[(dot + 1)..]))
                return true;
        return false;
    }
}
