using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>Judges sessions by what is in the store, the format, and whom the caller trusts. It shares no code with the writer.</summary>
public sealed class SessionVerifier(IRecordingReader store, TrustSet trust)
{
    /// <summary>Verifies one session.</summary>
    public ValueTask<VerifyResult> VerifyAsync(string session, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{store.Url} {trust.IsEmpty} {session} {progress} {cancellationToken}");
}
