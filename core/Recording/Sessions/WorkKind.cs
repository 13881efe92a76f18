namespace K8sRecorder.Recording.Sessions;

/// <summary>What the writer loop is asked to do.</summary>
internal enum WorkKind
{
    /// <summary>Append a record.</summary>
    Record,

    /// <summary>Take what came for a stream.</summary>
    Stream,

    /// <summary>The head interval went by.</summary>
    Tick,

    /// <summary>Write everything, then tell.</summary>
    Flush,

    /// <summary>Write everything and sign a head.</summary>
    Head,

    /// <summary>Seal the open chunk.</summary>
    Seal,

    /// <summary>The spool is full: seal what there is, so that it can be shipped and go.</summary>
    Relief,

    /// <summary>A chunk is in place.</summary>
    Sealed,

    /// <summary>End the session.</summary>
    Close,

    /// <summary>Stop without ending it.</summary>
    Stop,
}
