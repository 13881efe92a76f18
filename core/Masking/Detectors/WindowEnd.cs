namespace K8sRecorder.Masking.Detectors;

/// <summary>What the end of the text means that a matcher is given.</summary>
internal enum WindowEnd
{
    /// <summary>More may follow: a match that touches the end is not decided.</summary>
    Open,

    /// <summary>Nothing follows.</summary>
    Closed,

    /// <summary>More follows, but no more is waited for: decide now.</summary>
    Cut,
}
