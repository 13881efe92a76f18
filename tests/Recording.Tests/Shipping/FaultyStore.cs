using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Tests.Shipping;

/// <summary>A store whose first puts fail, having written or not.</summary>
internal sealed class FaultyStore(FolderStore inner) : IRecordingStore
{
    public int Faults { get; set; }

    public bool PersistsFaulty { get; init; }

    public string Url => inner.Url;

    public async ValueTask<PutResult> PutNewAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Faults == 0)
            return await inner.PutNewAsync(key, bytes, cancellationToken);
        Faults--;
        if (PersistsFaulty)
            await inner.PutNewAsync(key, bytes, cancellationToken);
        throw new StoreException(StoreFault.Unavailable, "not now");
    }

    public ValueTask<bool> ConfirmAsync(string key, ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken) =>
        inner.ConfirmAsync(key, sha256, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
