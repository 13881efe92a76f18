using System.Net.Security;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// The certificates that agents are shown, made by the pod's authority when a name is first asked for and kept while they are young. Any thread;
/// who asks for a name that is just being made waits for it.
/// </summary>
internal sealed class LeafCertificates(PodAuthority authority, TimeProvider time, int capacity = LeafCertificates.DefaultCapacity)
{
    /// <summary>So many names are kept, at 12 kB each. An agent that asks for more only costs itself the making: a millisecond.</summary>
    public const int DefaultCapacity = 1024;

    /// <summary>After this another is made, so that a connection's certificate has ten hours left when it opens.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(12);

    private readonly Lock _gate = new();
    private readonly RecentlyUsed<ServerName, Leaf> _leaves = new(capacity);

    /// <summary>How many were made.</summary>
    public long Made { get; private set; }

    /// <summary>The certificate for a name, ready for <see cref="TlsServerSide"/>.</summary>
    public SslStreamCertificateContext For(ServerName name)
    {
        var now = time.GetUtcNow();
        Leaf? leaf;
        lock (_gate)
            // One that was made in the future is of a clock that was set back: its certificate may not be valid yet.
            if (!_leaves.TryGet(name, out leaf) || now - leaf.MadeAt >= Fresh || now < leaf.MadeAt)
            {
                leaf = new Leaf(now, new Lazy<SslStreamCertificateContext>(() => Make(name, now)));
                _leaves.Set(name, leaf);
                Made++;
            }
        return leaf.Context.Value;
    }

    /// <summary>Offline: neither issuers nor OCSP answers are looked for on the network. The authority itself is not sent: who trusts it has it.</summary>
    private SslStreamCertificateContext Make(ServerName name, DateTimeOffset now) =>
        SslStreamCertificateContext.Create(authority.Issue(name, now), additionalCertificates: null, offline: true);

    private sealed record Leaf(DateTimeOffset MadeAt, Lazy<SslStreamCertificateContext> Context);
}
