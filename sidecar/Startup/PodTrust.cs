using System.Net;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>Whom the agent is to believe and whom the recorder believes: the pod's authority, the bundle with it, and the roots.</summary>
internal sealed class PodTrust : IAsyncDisposable
{
    private readonly PodAuthority _authority;
    private Task _warming = Task.CompletedTask;

    private PodTrust(PodAuthority authority, TrustAnchors anchors, TimeProvider time)
    {
        _authority = authority;
        Leaves = new LeafCertificates(authority, time);
        Client = new TlsClientSide(new UpstreamTrust(anchors, time), time);
    }

    /// <summary>What agents are shown.</summary>
    public LeafCertificates Leaves { get; }

    /// <summary>Shakes hands with upstreams.</summary>
    public TlsClientSide Client { get; }

    /// <summary>Reads or makes the authority, and writes the bundle.</summary>
    /// <exception cref="TrustException">The authority's file, a CA file or the bundle's folder cannot be used.</exception>
    public static PodTrust Open(SidecarConfiguration configuration, TimeProvider time, ILoggerFactory loggers)
    {
        var (authority, warning) = PodAuthorityFile.Open(configuration.AuthorityFolder!, time);
        if (warning is not null)
            loggers.CreateLogger("K8sRecorder").AuthorityWarning(warning);
        var anchors = TrustAnchors.Load(CertificateFile.SystemPaths, configuration.AdditionalAuthorities);
        TrustBundle.Write(configuration.BundleFolder!, anchors, authority);
        return new PodTrust(authority, anchors, time);
    }

    /// <summary>The first certificate makes the platform read the machine's roots: the first agent need not wait for that, nor does being ready.</summary>
    public void Warm() => _warming = Task.Run(() => Leaves.For(ServerName.Of(IPAddress.Loopback)));

    public async ValueTask DisposeAsync()
    {
        await _warming;
        _authority.Dispose();
    }
}
