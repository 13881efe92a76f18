namespace K8sRecorder.Recording.Stores;

/// <summary>
/// Where a recorder puts objects. The contract every store keeps, and the conformance suite holds it to:
/// <list type="bullet">
/// <item>An object is created once and never changed. Of any number of writers that race for one key, in any processes, exactly one gets
/// <see cref="PutResult.Created"/>; the others get <see cref="PutResult.Exists"/>, whether their bytes are the same or not.</item>
/// <item><see cref="PutResult.Created"/> means durable: the bytes survive the loss of power of the machine that stores them.</item>
/// <item>A reader sees the whole object or none, at every moment and after every crash.</item>
/// <item>No right to read, list or overwrite is needed to write. The store checks the bytes it received where it can.</item>
/// <item>A write that ended in an exception may or may not have happened. The same put may always be tried again; if the first one landed, the
/// answer is <see cref="PutResult.Exists"/>, or, where the credential can create but not look, a <see cref="StoreFault.Denied"/>: both
/// are settled by <see cref="ConfirmAsync"/>, asked of somebody who may read.</item>
/// <item>Keys outside <see cref="StoreKey"/>'s rules are refused before anything is sent (<see cref="StoreFault.InvalidKey"/>).</item>
/// <item>Failures are <see cref="StoreException"/>; <see cref="StoreException.IsTransient"/> says which are worth another try, the others are final.
/// A store does not try again by itself, so that its caller knows a first refusal from one that follows a put of unknown fate. Cancellation is
/// <see cref="OperationCanceledException"/> and leaves the same doubt as a failed put.</item>
/// </list>
/// Stores are safe for use by many callers at once.
/// </summary>
public interface IRecordingStore : IAsyncDisposable
{
    /// <summary>The store's URL as <see cref="StoreUrl"/> takes it, without credentials.</summary>
    string Url { get; }

    /// <summary>Creates an object of these bytes, or leaves the one that is there.</summary>
    ValueTask<PutResult> PutNewAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>
    /// Tells whether the stored object of this key has the given SHA-256 (32 bytes); false where there is none. Needs the right to read: the
    /// local store by hand, the operator in a cluster.
    /// </summary>
    ValueTask<bool> ConfirmAsync(string key, ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken);
}
