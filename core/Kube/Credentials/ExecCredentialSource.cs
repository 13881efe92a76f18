using K8sRecorder.Kube.Configuration;

namespace K8sRecorder.Kube.Credentials;

/// <summary>
/// Runs a credential plugin when there is no credential, when it is about to expire, and when the server refused it; keeps what it said
/// until then. One run at a time, whoever asks.
/// </summary>
internal sealed class ExecCredentialSource(ExecPlugin plugin, TimeProvider time) : CredentialSource
{
    /// <summary>Asked for anew this long before the end, so that no request is on its way when it comes.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private ExecCredential? _current;

    public override async ValueTask<KubeCredential> GetAsync(KubeCredential? refused, CancellationToken cancellationToken)
    {
        if (Usable(refused) is { } known)
            return known;
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (Usable(refused) is { } meanwhile)
                return meanwhile;
            _current = ExecCredential.Parse(await ExecRun.OutputAsync(plugin, time, cancellationToken), plugin);
            return _current.Credential;
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose() => _one.Dispose();

    private KubeCredential? Usable(KubeCredential? refused) =>
        _current is { } current && current.Credential != refused && !(current.Expires - Ahead <= time.GetUtcNow()) ? current.Credential : null;
}
