using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>The key of a session and, where its tail was recovered, of the session that did it.</summary>
internal sealed class SessionKeys(IRecordingReader store, string session) : IDisposable
{
    /// <summary>How many sessions one start may find left behind, each the successor of the one before.</summary>
    private const int MaxLeftBehind = 64;

    private readonly Dictionary<string, SignatureCheck?> _recoverers = new(StringComparer.Ordinal);

    public SignatureCheck? Own { get; set; }

    /// <summary>Whether the head is signed by whom it says. A recoverer must itself have opened soundly, and must follow this session, at once or over others that were left behind with it.</summary>
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
            if (statement is not null && findings.Count == 0 && await FollowsAsync(statement, cancellationToken))
                check = SignatureCheck.TryCreate(statement.PublicKey);
        }

        return _recoverers[by] = check;
    }

    private async ValueTask<bool> FollowsAsync(SessionStatement statement, CancellationToken cancellationToken)
    {
        for (var steps = 0; steps < MaxLeftBehind && statement.Previous is { } previous; steps++)
        {
            if (previous == session)
                return true;
            if (!StoreLayout.IsSession(previous) || string.CompareOrdinal(previous, statement.Session) >= 0)
                return false;
            var (before, findings) = await StatementVerifier.VerifyAsync(store, previous, cancellationToken);
            if (before is null || findings.Count > 0)
                return false;
            statement = before;
        }

        return false;
    }
}
