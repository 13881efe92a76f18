namespace K8sRecorder.Policy.Model;

/// <summary>TLS towards an upstream.</summary>
public sealed record UpstreamTlsSpec
{
    /// <summary>Whether, and how.</summary>
    public UpstreamTlsMode? Mode { get; init; }

    /// <summary>The name that the certificate must have.</summary>
    public string? ServerName { get; init; }

    /// <summary>A Secret with the authorities to believe.</summary>
    public string? CaSecretName { get; init; }
}
