using K8sRecorder.Kube.Configuration;

namespace K8sRecorder.Kube.Credentials;

/// <summary>A token and a client certificate from a configuration; what lies in files is looked at anew for every request.</summary>
internal sealed class FileCredentialSource(KubernetesClientConfiguration configuration) : CredentialSource
{
    private readonly CertificateFiles? _certificate = configuration is { ClientCertificate: { } certificate, ClientKey: { } key }
        ? new CertificateFiles(certificate, key) : null;
    private string? _lastToken;

    public override ValueTask<KubeCredential> GetAsync(KubeCredential? refused, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new KubeCredential(ReadToken(), _certificate?.Current()));

    public override void Dispose() => _certificate?.Dispose();

    private string? ReadToken()
    {
        // As kubectl: of both, the file, which somebody renews.
        if (configuration.TokenFile is not { } path)
            return configuration.AccessToken;
        try
        {
            return _lastToken = TokenText.Check(File.ReadAllText(path).Trim(), path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // A token outlives its file by minutes; the server says when it is over.
            return _lastToken ?? throw new CredentialException($"the token file {path} cannot be read", unreadable);
        }
    }
}
