namespace K8sRecorder.Sidecar;

/// <summary>Messages of the pipeline: 1400 to 1499. Never a payload, a header value, a path or a query.</summary>
internal static partial class Log
{
    [LoggerMessage(1400, LogLevel.Error, "an exchange with {Target} could not go on ({Failure})")]
    public static partial void ExchangeFailed(this ILogger logger, string target, string failure);

    [LoggerMessage(1401, LogLevel.Error, "a connection to {Target} could not go on ({Failure})")]
    public static partial void ConnectionFailed(this ILogger logger, string target, string failure);
}
