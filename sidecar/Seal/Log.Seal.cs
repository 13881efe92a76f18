namespace K8sRecorder.Sidecar;

/// <summary>Messages of sealing: 1600 to 1699.</summary>
internal static partial class Log
{
    [LoggerMessage(1600, LogLevel.Information, "session {Session} is followed by {Next} ({Reason}); its key: {Fingerprint}")]
    public static partial void SessionRotated(this ILogger logger, string session, string next, string reason, string fingerprint);
}
