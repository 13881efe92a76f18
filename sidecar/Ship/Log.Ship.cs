namespace K8sRecorder.Sidecar;

/// <summary>Messages of shipping: 1700 to 1799. On a change of state, never at each try.</summary>
internal static partial class Log
{
    [LoggerMessage(1700, LogLevel.Warning, "nothing gets into the store ({Failure}): {Advice}. Recording goes on into the spool, where {Entries} entries wait; uploads are repeated")]
    public static partial void StoreFails(this ILogger logger, string failure, string advice, int entries);

    [LoggerMessage(1701, LogLevel.Information, "the store takes everything again, after {Seconds} s")]
    public static partial void StoreRecovered(this ILogger logger, double seconds);

    [LoggerMessage(1702, LogLevel.Error, "session {Session}: an object of it does not get into the store ({Failure}): {Advice}. It stays in the spool and is tried again")]
    public static partial void SessionStuck(this ILogger logger, string session, string failure, string advice);

    [LoggerMessage(1703, LogLevel.Critical, "shipping ended by itself ({Failure}) and is begun again")]
    public static partial void ShippingRestarted(this ILogger logger, string failure);
}
