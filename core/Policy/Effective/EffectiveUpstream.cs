using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Effective;

/// <summary>Where a target's traffic goes, with every value filled in.</summary>
public sealed record EffectiveUpstream
{
    /// <summary>Name or address, an IPv6 address without brackets.</summary>
    public string Host { get; init; } = "";

    /// <summary>Port.</summary>
    public int Port { get; init; }

    /// <summary>Whether TLS is spoken, and how.</summary>
    public UpstreamTlsMode Tls { get; init; } = UpstreamTlsMode.Disable;

    /// <summary>The name for SNI and the certificate.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>A Secret with the authorities to believe.</summary>
    public string? CaSecretName { get; init; }

    /// <summary>What the Host header says, for HTTP.</summary>
    public UpstreamHostMode HostHeader { get; init; }
}
