namespace K8sRecorder.Policy.Model;

/// <summary>Where a target's traffic goes, and how.</summary>
public sealed record UpstreamSpec
{
    /// <summary>host:port.</summary>
    public string? Address { get; init; }

    /// <summary>TLS towards it.</summary>
    public UpstreamTlsSpec? Tls { get; init; }

    /// <summary>The Host header, for HTTP.</summary>
    public UpstreamHostMode? Host { get; init; }
}
