using System.Net;
using System.Net.Sockets;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Admin;
using K8sRecorder.Sidecar.Capture;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Sidecar.Dns.Resolvers;
using K8sRecorder.Sidecar.Identify;
using K8sRecorder.Sidecar.Parse.Http2;
using K8sRecorder.Sidecar.Pipeline;
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Sidecar.Seal;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>
/// <c>capture.mode: Redirect</c>: the listeners that the rules of <c>init</c> redirect to, the resolver, the pod's authority and the bundle by
/// which the agent trusts it.
/// </summary>
internal sealed class CaptureStart : IAsyncDisposable
{
    public const int TcpPort = 15001;
    public const int InboundPort = 15006;
    public const int DnsPort = 15053;

    private const string ResolvConf = "/etc/resolv.conf";

    private readonly PodAuthority _authority;
    private readonly LeafCertificates _leaves;
    private readonly DnsServer _dns;
    private Task _warming = Task.CompletedTask;

    private CaptureStart(PodAuthority authority, LeafCertificates leaves, DnsServer dns, IReadOnlyList<Listener> listeners)
    {
        (_authority, _leaves, _dns, Listeners) = (authority, leaves, dns, listeners);
    }

    public IReadOnlyList<Listener> Listeners { get; }

    /// <summary>Opens what it needs; binds nothing yet.</summary>
    /// <exception cref="TrustException">The authority's file, a CA file or the bundle's folder cannot be used.</exception>
    public static CaptureStart Open(
        SidecarConfiguration configuration, SessionRotation sessions, RecorderSettings settings, RecorderPipeline pipeline, Http2Server http2,
        SidecarMetrics metrics, ILoggerFactory loggers)
    {
        var (policy, time) = (configuration.Policy, settings.Time);
        var (authority, warning) = PodAuthorityFile.Open(configuration.AuthorityFolder!, time);
        if (warning is not null)
            loggers.CreateLogger("K8sRecorder").AuthorityWarning(warning);
        var anchors = TrustAnchors.Load(CertificateFile.SystemPaths, configuration.AdditionalAuthorities);
        TrustBundle.Write(configuration.BundleFolder!, anchors, authority);

        IPAddress[] loopback = HasIPv6() ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
        IPEndPoint[] dnsAddresses = [.. loopback.Select(address => new IPEndPoint(address, DnsPort))];
        var resolvers = new ResolverList(ResolvConf, dnsAddresses, time);
        var book = new AddressBook(time);
        var dns = new DnsServer(
            dnsAddresses, resolvers, AllowedNamesOf(policy, resolvers), book, new DnsRecorder(sessions, settings), new DnsMetrics(metrics.Meter), time, loggers);

        var targets = new CapturedTargets(policy, new BookNames(book));
        int[] ownPorts = [TcpPort, InboundPort, DnsPort, .. policy.Targets.Select(target => target.Listen?.Port ?? 0), configuration.Admin?.Port ?? 0];
        var leaves = new LeafCertificates(authority, time);
        var parts = new CaptureParts(
            targets, new Refusals(sessions, settings), leaves, new TlsClientSide(new UpstreamTrust(anchors, time), time), pipeline, http2, ownPorts);
        return new CaptureStart(authority, leaves, dns,
        [
            .. loopback.Select(address => new Listener(new IPEndPoint(address, TcpPort), "captured", socket => new CapturedConnection(socket, parts))),
            .. policy.Inbound == InboundMode.Pass ? [] : InboundListeners(parts).Take(loopback.Length),
        ]);
    }

    public void Start()
    {
        _dns.Start();
        // The first certificate makes the platform read the machine's roots: the first agent need not wait for that, nor does being ready.
        _warming = Task.Run(() => _leaves.For(ServerName.Of(IPAddress.Loopback)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => _dns.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _dns.DisposeAsync();
        await _warming;
        _authority.Dispose();
    }

    /// <summary>Asked of the system by doing: nodes switch it off in several ways.</summary>
    private static bool HasIPv6()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // redirected on their way in, packets keep the interface's address: they do not come by loopback
    private static Listener[] InboundListeners(CaptureParts parts) =>
    [
        new Listener(new IPEndPoint(IPAddress.Any, InboundPort), "inbound", socket => new CapturedConnection(socket, parts, isInbound: true)),
        new Listener(new IPEndPoint(IPAddress.IPv6Any, InboundPort), "inbound", socket => new CapturedConnection(socket, parts, isInbound: true)),
    ];

    private static Func<Dns.Messages.DnsName, bool> AllowedNamesOf(EffectivePolicy policy, ResolverList resolvers)
    {
        if (policy.Unmatched != UnmatchedMode.Deny)
            return static _ => true;
        var targets = new TargetMap(policy.Targets);
        return new AllowedNames(name => targets.Knows(name.Text), resolvers.Current.Search).IsAllowed;
    }
}
