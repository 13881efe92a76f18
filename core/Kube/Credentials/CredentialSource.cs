namespace K8sRecorder.Kube.Credentials;

/// <summary>Gives the credential for a request. Safe for many at once.</summary>
internal abstract class CredentialSource : IDisposable
{
    /// <summary>
    /// The credential as it is now. <paramref name="refused"/> is one that the server answered with 401: not that again, where there can be
    /// another; null else.
    /// </summary>
    /// <exception cref="CredentialException">None can be had.</exception>
    public abstract ValueTask<KubeCredential> GetAsync(KubeCredential? refused, CancellationToken cancellationToken);

    public abstract void Dispose();
}
