namespace K8sRecorder.Recording.Verify;

/// <summary>The second verdict: whether all that was recorded is there. Where several hold, the last in this order is given.</summary>
public enum Completeness
{
    /// <summary>Closed by its own key, and everything is there.</summary>
    Complete,

    /// <summary>Everything up to a time is there; the session is not closed.</summary>
    OpenEnded,

    /// <summary>The tail was signed by the session that recovered it.</summary>
    Recovered,

    /// <summary>Contents were withheld from this reader.</summary>
    Withheld,

    /// <summary>Contents were erased, and the erasure is signed.</summary>
    Erased,

    /// <summary>Records or contents are not there; the findings say which.</summary>
    Incomplete,
}
