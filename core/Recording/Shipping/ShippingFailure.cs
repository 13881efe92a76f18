namespace K8sRecorder.Recording.Shipping;

/// <summary>Why an attempt to ship an object failed. Every attempt is repeated: whatever is wrong may be put right while we wait.</summary>
public enum ShippingFailure
{
    /// <summary>No answer, a broken one, throttling, a server error.</summary>
    Unavailable,

    /// <summary>The attempt took longer than its time.</summary>
    TimedOut,

    /// <summary>The store refuses us: a key or a token that expired, a folder that is read-only.</summary>
    Denied,

    /// <summary>The store refuses us, and its clock and ours are far apart.</summary>
    ClockWrong,

    /// <summary>The store has no room.</summary>
    Full,

    /// <summary>The container or the folder is not there, or is not the store that it was.</summary>
    NotAStore,

    /// <summary>Other bytes arrived than were sent.</summary>
    Corrupted,

    /// <summary>The store does not take an object of this size.</summary>
    TooLarge,

    /// <summary>The store acknowledged the object, and does not have it.</summary>
    NotStored,

    /// <summary>Another object is there under the key.</summary>
    Conflict,

    /// <summary>The entry cannot be read from the spool, or not be taken out of it.</summary>
    Spool,

    /// <summary>Something that nobody thought of.</summary>
    Unexpected,
}
