namespace K8sRecorder.Recording.Format;

/// <summary>Why a head was signed.</summary>
public enum HeadReason
{
    /// <summary>The head interval went by.</summary>
    Interval,

    /// <summary>The chunk reached its size.</summary>
    Size,

    /// <summary>The flush interval went by, or somebody asked.</summary>
    Flush,

    /// <summary>The session ends.</summary>
    Closed,

    /// <summary>Another session seals the tail of one whose key was lost.</summary>
    Recovered,
}
