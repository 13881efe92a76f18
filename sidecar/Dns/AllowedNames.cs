using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>
/// What resolves under <c>unmatched: Deny</c>: the targets' hosts; names within the cluster's domain and the pod's search list; the names of
/// private addresses (<see cref="ReverseName"/>).
/// </summary>
internal sealed class AllowedNames
{
    private static readonly DnsName ClusterDomain = Parsed("cluster.local");

    private readonly HashSet<DnsName> _exact = [];
    private readonly List<DnsName> _below = [];
    private readonly List<DnsName> _within;

    /// <param name="hosts">The targets' hosts: exact, or <c>*.suffix</c>, which is every name below it.</param>
    /// <param name="search">The pod's search list at the start. An entry of one label (<c>lan</c>) is too wide to follow.</param>
    public AllowedNames(IEnumerable<string> hosts, IEnumerable<DnsName> search)
    {
        foreach (var host in hosts)
        {
            if (host.StartsWith("*.", StringComparison.Ordinal) && DnsName.TryParse(host.AsSpan(2), out var suffix))
                _below.Add(suffix);
            else if (DnsName.TryParse(host, out var name))
                _exact.Add(name);
        }
        _within = [ClusterDomain, .. search.Where(suffix => suffix.Labels > 1)];
    }

    public bool IsAllowed(DnsName name) =>
        _exact.Contains(name)
        || _below.Exists(suffix => name != suffix && name.IsWithin(suffix))
        || _within.Exists(name.IsWithin)
        || ReverseName.IsPrivate(name);

    private static DnsName Parsed(string name) => DnsName.TryParse(name, out var parsed) ? parsed : default;
}
