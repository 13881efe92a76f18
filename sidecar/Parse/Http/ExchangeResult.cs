namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>How an exchange with a target ended.</summary>
internal enum ExchangeResult
{
    /// <summary>The response came in full.</summary>
    Completed,

    /// <summary>The target took up another protocol, which the two connections carry from now on; see <see cref="IHttpExchange.RelayAsync"/>.</summary>
    Upgraded,

    /// <summary>The target could not be reached, or its TLS could not be believed; nothing went back yet.</summary>
    Unreachable,

    /// <summary>The target answered, but not with HTTP, or it went away before its head was complete; nothing went back yet.</summary>
    BadAnswer,

    /// <summary>The target went away, or broke its own framing, inside the response.</summary>
    TargetFailed,

    /// <summary>The agent went away.</summary>
    ClientAborted,

    /// <summary>The agent's request broke its own framing; nothing went back yet.</summary>
    BadRequest,

    /// <summary>The agent's request has more trailers than are held; nothing went back yet.</summary>
    LargeTrailers,

    /// <summary>The recording could not take it (Strict with a spool that stays full, or one that broke).</summary>
    NotRecorded,

    /// <summary>The recorder stops, and it did not end in time.</summary>
    RecorderStopped,
}
