namespace K8sRecorder.Recording.Stores;

/// <summary>
/// The reading side of a store, for auditors. Nothing it returns is trusted: bytes are bounded by the caller and checked by the reader of the format.
/// Failures are <see cref="StoreException"/>.
/// </summary>
public interface IRecordingReader : IAsyncDisposable
{
    /// <summary>The store's URL as <see cref="StoreUrl"/> takes it, without credentials.</summary>
    string Url { get; }

    /// <summary>The whole object, or null where there is none; <see cref="StoreFault.TooLarge"/> where it has more than <paramref name="maxBytes"/>.</summary>
    ValueTask<byte[]?> GetAsync(string key, int maxBytes, CancellationToken cancellationToken);

    /// <summary>Every object whose key starts with the prefix, in ordinal order of the keys. Half-written objects never appear.</summary>
    IAsyncEnumerable<StoreEntry> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// The folders right under a prefix that is empty or ends in <c>/</c>, in ordinal order, each as a prefix ending in <c>/</c>. It costs by
    /// the number of folders, not of objects: so the newest session of a large store is found by its day.
    /// </summary>
    IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken);
}
