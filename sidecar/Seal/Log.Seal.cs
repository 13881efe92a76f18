namespace K8sRecorder.Sidecar;

/// <summary>Messages of sealing: 1600 to 1699.</summary>
internal static partial class Log
{
    [LoggerMessage(1600, LogLevel.Information, "session {Session} is followed by {Next} ({Reason}); its key: {Fingerprint}")]
    public static partial void SessionRotated(this ILogger logger, string session, string next, string reason, string fingerprint);

    [LoggerMessage(1601, LogLevel.Warning, "no next session could be opened; the one in force goes on, and it is tried again ({Failure})")]
    public static partial void NotRotated(this ILogger logger, string failure);

    [LoggerMessage(1602, LogLevel.Warning, "the spool is full: free its disk, raise spec.spool.sizeLimit, or see why the store takes nothing")]
    public static partial void SpoolFull(this ILogger logger);

    [LoggerMessage(1603, LogLevel.Information, "the spool has room again")]
    public static partial void SpoolHasRoom(this ILogger logger);
}
