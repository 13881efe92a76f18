namespace K8sRecorder.Policy.Model;

/// <summary>Whom upstreams may be certified by, beside the system's authorities.</summary>
public sealed record TrustSpec
{
    /// <summary>Where the certificates are.</summary>
    public SecretReference? AdditionalCAs { get; init; }
}
