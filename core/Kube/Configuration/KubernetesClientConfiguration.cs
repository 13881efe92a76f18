namespace K8sRecorder.Kube.Configuration;

/// <summary>Where the API server is, whom to believe there, and who we are. Made by one of the factories; immutable afterwards.</summary>
public sealed partial class KubernetesClientConfiguration
{
    /// <summary>The server's URL; a path in it stays in front of every request's.</summary>
    public required Uri Host { get; init; }

    /// <summary>The namespace of the context, or the pod's own.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>The context's name; null inside a cluster.</summary>
    public string? CurrentContext { get; init; }

    /// <summary>Authorities to believe, these alone; null: those of the system.</summary>
    public FileOrData? CertificateAuthority { get; init; }

    /// <summary>Believe any certificate. For experiments only.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>The name to ask for and to check in the server's certificate, instead of <see cref="Host"/>'s.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>An http, https or socks5 proxy; null: what the environment says.</summary>
    public Uri? ProxyUrl { get; init; }

    /// <summary>False: go straight, whatever the environment says of proxies.</summary>
    public bool UseEnvironmentProxy { get; init; } = true;

    public string? AccessToken { get; init; }

    /// <summary>A token that is read for every request: whoever writes it may renew it at any time.</summary>
    public string? TokenFile { get; init; }

    public FileOrData? ClientCertificate { get; init; }

    public FileOrData? ClientKey { get; init; }

    public ExecPlugin? Exec { get; init; }

    public Impersonation? Impersonate { get; init; }
}
