using System.Net;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>What <c>/etc/resolv.conf</c> says (resolv.conf(5)): who is asked, in this order, how long, how often.</summary>
internal sealed record ResolverSettings
{
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>How long one server is waited for.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often all of them are asked.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>Names that clients append.</summary>
    public IReadOnlyList<DnsName> Search { get; init; } = [];
}
