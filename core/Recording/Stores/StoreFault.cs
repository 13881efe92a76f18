namespace K8sRecorder.Recording.Stores;

/// <summary>Why a store operation failed. <see cref="Unavailable"/>, <see cref="Full"/> and <see cref="Corrupted"/> are worth another try, the others are final.</summary>
public enum StoreFault
{
    /// <summary>No answer, a time-out, throttling, a server error: nothing is known to have been written, or not.</summary>
    Unavailable,

    /// <summary>The store refused the caller. After a put that may have landed under a create-only right, see <see cref="IRecordingStore.ConfirmAsync"/>.</summary>
    Denied,

    /// <summary>The key is not one that <see cref="StoreKey"/> accepts; nothing was sent.</summary>
    InvalidKey,

    /// <summary>The bytes that arrived at the store were not the bytes that were sent; nothing was written.</summary>
    Corrupted,

    /// <summary>The object is larger than the caller is ready to read, or than one write of the store may be.</summary>
    TooLarge,

    /// <summary>There is no room: a disk, a quota.</summary>
    Full,

    /// <summary>The store refused the caller, whose clock is too far from its own.</summary>
    ClockWrong,

    /// <summary>The store, container or folder does not exist, or its URL is not one.</summary>
    NotAStore,
}
