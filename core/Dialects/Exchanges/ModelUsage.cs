namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Tokens as the API counted them; null where it did not say.</summary>
public sealed record ModelUsage(long? Input, long? Output, long? CacheRead, long? CacheWrite, long? Reasoning);
