namespace K8sRecorder.Recording.Verify;

/// <summary>The record that ends a session.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="IsRecovered">Whether it is <c>session.recovered</c>, else <c>session.closed</c>.</param>
/// <param name="By">The session that recovered it.</param>
/// <param name="Next">The session that a rotation names.</param>
/// <param name="NextKey">The fingerprint of its key.</param>
internal sealed record SessionEnd(long Seq, bool IsRecovered, string? By, string? Next, string? NextKey);
