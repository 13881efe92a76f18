using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>Judges a whole store: its identity, every session, every index file.</summary>
public sealed class StoreVerifier(IRecordingReader store, TrustSet trust)
{
    /// <summary>Verifies all of it.</summary>
    public ValueTask<StoreVerifyResult> VerifyAsync(IProgress<VerifyProgress>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{store.Url} {trust.IsEmpty} {progress} {cancellationToken}");
}
