namespace K8sRecorder.Sidecar;

/// <summary>Messages of start and stop: 1900 to 1999. Ids are append-only.</summary>
internal static partial class Log
{
    [LoggerMessage(1900, LogLevel.Warning, "no --tag-key: tags of masked values are made with a random key and can be compared within this run only")]
    public static partial void RandomTagKey(this ILogger logger);

    [LoggerMessage(1901, LogLevel.Information, "spool: session {Session} goes on; {LostBytes} bytes of a torn entry were cut")]
    public static partial void SessionResumed(this ILogger logger, string session, long lostBytes);

    [LoggerMessage(1902, LogLevel.Warning, "spool: session {Session} is recovered without its key and signed by this one")]
    public static partial void SessionRecovered(this ILogger logger, string session);

    [LoggerMessage(1903, LogLevel.Information, "spool: session {Session} of an earlier run is closed")]
    public static partial void SessionClosedLate(this ILogger logger, string session);

    [LoggerMessage(1904, LogLevel.Information, "stopping: no new connections; open ones have {Seconds} s")]
    public static partial void Stopping(this ILogger logger, double seconds);

    [LoggerMessage(1905, LogLevel.Warning, "not everything could be shipped: {Entries} entries stay in the spool, {Bytes} bytes; start the recorder again with this spool and these keys to ship them")]
    public static partial void LeftInSpool(this ILogger logger, int entries, long bytes);

    [LoggerMessage(1906, LogLevel.Information, "everything recorded is in the store")]
    public static partial void AllShipped(this ILogger logger);

    [LoggerMessage(1907, LogLevel.Critical, "recording has failed and cannot go on ({Failure})")]
    public static partial void RecordingFailed(this ILogger logger, string failure);

    [LoggerMessage(1908, LogLevel.Warning, "the store cannot be used ({Failure}): {Advice}. Its id is known from an earlier start: recording begins, into the spool")]
    public static partial void StoreNotReachable(this ILogger logger, string failure, string advice);

    [LoggerMessage(1909, LogLevel.Warning, "{Category}: {Event} ({Failure})")]
    public static partial void FrameworkEvent(this ILogger logger, string category, string @event, string failure);

    [LoggerMessage(1915, LogLevel.Warning, "some connections did not end when they were cut; what they still had is not recorded")]
    public static partial void StillOpen(this ILogger logger);

    [LoggerMessage(1910, LogLevel.Warning, "the session could not be closed in time ({Failure}); the next start closes it")]
    public static partial void NotClosed(this ILogger logger, string failure);

    [LoggerMessage(1911, LogLevel.Warning, "session {Session}: record {First} and what follows is not in the store yet")]
    public static partial void RecordsLeft(this ILogger logger, string session, long first);

    [LoggerMessage(1912, LogLevel.Warning, "session {Session}: its sealed records are in the store, {Entries} objects beside them are not yet")]
    public static partial void ObjectsLeft(this ILogger logger, string session, int entries);

    [LoggerMessage(1913, LogLevel.Warning, "session {Session}: the last signed head covers {Covered} of its {Records} records")]
    public static partial void LastHead(this ILogger logger, string session, long covered, long records);

    [LoggerMessage(1914, LogLevel.Warning, "{Advice}")]
    public static partial void AuthorityWarning(this ILogger logger, string advice);

    [LoggerMessage(1920, LogLevel.Warning, "the spool's disk is full, and nothing is let through before there is room: free some, or see why the store takes nothing ({Failure})")]
    public static partial void NoRoomToStart(this ILogger logger, string failure);

    [LoggerMessage(1921, LogLevel.Error, "spool: a file was damaged. What stands before the damage is recovered, a gap record counts the rest; kept as {File}")]
    public static partial void RecoveredDamaged(this ILogger logger, string file);

    [LoggerMessage(1922, LogLevel.Error, "spool: {File} is not what was written and is not shipped. It is kept beside it as .damaged; verify names what is missing")]
    public static partial void NotShippedAsDamaged(this ILogger logger, string file);

    [LoggerMessage(1923, LogLevel.Error, "spool: session {Session} was recording and its files are gone. What was shipped of it stays open-ended; a gap record names it")]
    public static partial void SpoolLost(this ILogger logger, string session);
}
