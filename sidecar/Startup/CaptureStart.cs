using System.Net;
using System.Net.Sockets;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Admin;
using K8sRecorder.Sidecar.Capture;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Sidecar.Dns.Messages;
using K8sRecorder.Sidecar.Dns.Resolvers;
using K8sRecorder.Sidecar.Identify;
using K8sRecorder.Sidecar.Parse.Http2;
using K8sRecorder.Sidecar.Pipeline;
using K8sRecorder.Sidecar.Proxy;
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Sidecar.Seal;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>
/// <c>capture.mode: Redirect</c>: the listeners that the rules of <c>init</c> redirect to, and the resolver; <c>Proxy</c>: the listener of the
/// forward proxy. For both the pod's authority and the bundle by which the agent trusts it.
/// </summary>
internal sealed class CaptureStart : IAsyncDisposable
{
    public const int TcpPort = 15001;
    public const int InboundPort = 15006;
    public const int DnsPort = 15053;

    private const string ResolvConf = "/etc/resolv.conf";

    private readonly PodTrust _trust;
    private readonly DnsServer? _dns;

    private CaptureStart(PodTrust trust, DnsServer? dns, IReadOnlyList<Listener> listeners) => (_trust, _dns, Listeners) = (trust, dns, listeners);

    public IReadOnlyList<Listener> Listeners { get; }

    /// <summary>Shakes hands with upstreams.</summary>
    public TlsClientSide Client => _trust.Client;

    /// <summary>Opens what it needs; binds nothing yet.</summary>
    /// <exception cref="TrustException">The authority's file, a CA file or the bundle's folder cannot be used.</exception>
    public static CaptureStart Open(
        SidecarConfiguration configuration, SessionRotation sessions, RecorderSettings settings, RecorderPipeline pipeline, Http2Server http2,
        SidecarMetrics metrics, ILoggerFactory loggers)
    {
        var policy = configuration.Policy;
        var trust = PodTrust.Open(configuration, settings.Time, loggers);
        return policy.Capture == CaptureMode.Redirect ? OpenRedirect() : OpenProxy(configuration.Proxy);

        CaptureStart OpenRedirect()
        {
            IPAddress[] loopback = HasIPv6() ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
            IPEndPoint[] dnsAddresses = [.. loopback.Select(address => new IPEndPoint(address, DnsPort))];
            var resolvers = new ResolverList(ResolvConf, dnsAddresses, settings.Time);
            var book = new AddressBook(settings.Time);
            var dns = new DnsServer(
                dnsAddresses, resolvers, AllowedNamesOf(policy, resolvers), book, new DnsRecorder(sessions, settings), new DnsMetrics(metrics.Meter), settings.Time, loggers);
            var parts = PartsBy(new BookNames(book), TcpPort, InboundPort, DnsPort);
            return new CaptureStart(trust, dns,
            [
                .. loopback.Select(address => new Listener(new IPEndPoint(address, TcpPort), "captured", socket => new CapturedConnection(socket, parts))),
                .. policy.Inbound == InboundMode.Pass ? [] : InboundListeners(parts).Take(loopback.Length),
            ]);
        }

        CaptureStart OpenProxy(IPEndPoint address)
        {
            var mayAsk = AllowedNamesOf(policy, new ResolverList(ResolvConf, [], settings.Time));
            var dialler = new ProxyDialler(
                PartsBy(ProxiedNames.None, address.Port), name => DnsName.TryParse(name, out var asked) && mayAsk(asked));
            return new CaptureStart(trust, null, [new Listener(address, "proxy", socket => new ProxyConnection(socket, dialler))]);
        }

        CaptureParts PartsBy(INames names, params IEnumerable<int> ports) => new(
            new CapturedTargets(policy, names), new Refusals(sessions, settings), trust.Leaves, trust.Client, pipeline, http2,
            [.. ports, .. policy.Targets.Select(target => target.Listen?.Port ?? 0), configuration.Admin?.Port ?? 0]);
    }

    public void Start()
    {
        _dns?.Start();
        _trust.Warm();
    }

    public Task StopAsync(CancellationToken cancellationToken) => _dns?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_dns is not null)
            await _dns.DisposeAsync();
        await _trust.DisposeAsync();
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

    private static Func<DnsName, bool> AllowedNamesOf(EffectivePolicy policy, ResolverList resolvers)
    {
        if (policy.Unmatched != UnmatchedMode.Deny)
            return static _ => true;
        var targets = new TargetMap(policy.Targets);
        return new AllowedNames(name => targets.Knows(name.Text), resolvers.Current.Search).IsAllowed;
    }
}
