using System.Net;
using K8sRecorder.Sidecar.Capture;

namespace K8sRecorder.Sidecar.Proxy;

/// <summary>
/// The one name that a proxy was asked for, and the addresses that we found for it ourselves: it is proven by our dialling it. Every other name
/// that is said on the way there is a hint. Without a name, where an address was asked for, it knows none.
/// </summary>
internal sealed class ProxiedNames(string? name, IReadOnlyList<IPAddress> addresses) : INames
{
    /// <summary>Where nothing was asked for.</summary>
    public static readonly ProxiedNames None = new(null, []);

    public bool Gave(string asked, IPAddress address) => asked.Equals(name, StringComparison.OrdinalIgnoreCase) && addresses.Contains(address);

    public IReadOnlyList<IPAddress> AddressesOf(string asked) => asked.Equals(name, StringComparison.OrdinalIgnoreCase) ? addresses : [];

    public IReadOnlyList<string> NamesOf(IPAddress address) => name is not null && addresses.Contains(address) ? [name] : [];
}
