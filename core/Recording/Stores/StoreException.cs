namespace K8sRecorder.Recording.Stores;

/// <summary>The one exception of a store. The message names the operation and the key, never bytes, credentials or query strings.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Creates the exception.</summary>
    public StoreException(StoreFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>Why it failed.</summary>
    public StoreFault Fault { get; }

    /// <summary>How long the store asks to be left alone; null where it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True where the same call may succeed later; every other fault is final.</summary>
    public bool IsTransient => Fault is StoreFault.Unavailable or StoreFault.Full or StoreFault.Corrupted;
}
