namespace K8sRecorder.Recording.Stores;

/// <summary>What an object under a session's prefix is.</summary>
public enum StoredKind
{
    /// <summary>Not one of the layout's.</summary>
    Unknown,

    /// <summary>The open statement.</summary>
    Open,

    /// <summary>A chunk.</summary>
    Chunk,

    /// <summary>The close object.</summary>
    Close,
}
