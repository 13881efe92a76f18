namespace K8sRecorder.Sidecar.Parse.Tcp;

/// <summary>How a raw connection ended.</summary>
internal enum RelayEnd
{
    /// <summary>Both sides said their last byte.</summary>
    Closed,

    /// <summary>The agent went away.</summary>
    ClientAborted,

    /// <summary>The target went away, or could not be reached.</summary>
    TargetFailed,

    /// <summary>The recording could not take it.</summary>
    NotRecorded,

    /// <summary>TLS began in the middle of it, and what cannot be read may not pass.</summary>
    Unreadable,

    /// <summary>The recorder stopped.</summary>
    RecorderStopped,
}
