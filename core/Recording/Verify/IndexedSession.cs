namespace K8sRecorder.Recording.Verify;

/// <summary>What the index may say of a session.</summary>
/// <param name="IsWhole">Whether all its records are here.</param>
/// <param name="Exchanges">Its channels.</param>
internal sealed record IndexedSession(bool IsWhole, IReadOnlyDictionary<long, ExchangeFacts> Exchanges);
