using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>
/// What resolves under <c>unmatched: Deny</c>: the targets' hosts; names within the cluster's domain and the pod's search list; the names of
/// private addresses (<see cref="ReverseName"/>).
/// </summary>
internal sealed class AllowedNames
{
    private static readonly DnsName ClusterDomain = Parsed("cluster.local");

    private readonly Func<DnsName, bool> _isTarget;
    private readonly List<DnsName> _within;

    /// <param name="isTarget">Whether a target has this name.</param>
    /// <param name="search">The pod's search list at the start. An entry of one label (<c>lan</c>) is too wide to follow.</param>
    public AllowedNames(Func<DnsName, bool> isTarget, IEnumerable<DnsName> search)
    {
        _isTarget = isTarget;
        _within = [ClusterDomain, .. search.Where(suffix => suffix.Labels > 1)];
    }

    public bool IsAllowed(DnsName name) => _isTarget(name) || _within.Exists(name.IsWithin) || ReverseName.IsPrivate(name);

    private static DnsName Parsed(string name) => DnsName.TryParse(name, out var parsed) ? parsed : default;
}
