namespace K8sRecorder.Recording.Verify;

/// <summary>How far a verification is.</summary>
/// <param name="Session">The session that is looked at.</param>
/// <param name="Chunks">Its chunks done.</param>
/// <param name="ChunksTotal">Its chunks.</param>
/// <param name="StoredBytes">Stored bytes done.</param>
public readonly record struct VerifyProgress(string Session, int Chunks, int ChunksTotal, long StoredBytes);
