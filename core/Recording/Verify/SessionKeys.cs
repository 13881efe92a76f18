using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>The key of a session and, where its tail was recovered, of the session that did it.</summary>
internal sealed class SessionKeys(IRecordingReader store, string session) : IDisposable
{
    private readonly Dictionary<string, SignatureCheck?> _recoverers = new(StringComparer.Ordinal);

    public SignatureCheck? Own { get; set; }

    /// <summary>Whether the head is signed by whom it says. A recoverer must itself have opened soundly, and must say that it follows this session.</summary>
    public async ValueTask<bool> IsSignedAsync(SignedHead head, CancellationToken cancellationToken)
    {
        var check = head.By is null ? Own : await RecovererAsync(head.By, cancellationToken);
        return check is not null && check.IsSigned("k8srecorder.io/head/1\n"u8, head.SignedBytes, head.Signature);
    }

    public void Dispose()
    {
        Own?.Dispose();
        foreach (var check in _recoverers.Values)
            check?.Dispose();
    }

    private async ValueTask<SignatureCheck?> RecovererAsync(string by, CancellationToken cancellationToken)
    {
        if (_recoverers.TryGetValue(by, out var known))
            return known;
        SignatureCheck? check = null;
        if (StoreLayout.IsSession(by) && by != session)
        {
            var (statement, findings) = await StatementVerifier.VerifyAsync(store, by, cancellationToken);
            if (statement is not null && findings.Count == 0 && statement.Previous == session)
                check = SignatureCheck.TryCreate(statement.PublicKey);
        }

        return _recoverers[by] = check;
    }
}
