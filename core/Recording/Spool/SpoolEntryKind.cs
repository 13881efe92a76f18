namespace K8sRecorder.Recording.Spool;

/// <summary>What a spool entry becomes in the store; in the order in which the entries of a session are shipped.</summary>
internal enum SpoolEntryKind
{
    /// <summary>The open statement, before the first chunk.</summary>
    Open,

    /// <summary>A chunk.</summary>
    Chunk,

    /// <summary>An index object.</summary>
    Index,

    /// <summary>The close object, when everything else is there.</summary>
    Close,
}
