using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Shipping;

/// <summary>Grants by hand: the store itself, which this process holds the credentials of.</summary>
public sealed class StoreGrants(IRecordingStore store) : IGrantSource
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UploadGrant>> RequestAsync(IReadOnlyList<GrantRequest> wanted, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var grants = new UploadGrant[wanted.Count];
        for (var i = 0; i < grants.Length; i++)
            grants[i] = new StoreGrant(store, wanted[i]);
        return ValueTask.FromResult<IReadOnlyList<UploadGrant>>(grants);
    }

    private sealed class StoreGrant(IRecordingStore store, GrantRequest request) : UploadGrant(request)
    {
        public override ValueTask<PutResult> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) =>
            store.PutNewAsync(Request.Key, bytes, ct);

        public override ValueTask<bool> ConfirmAsync(CancellationToken ct) =>
            store.ConfirmAsync(Request.Key, Convert.FromHexString(Request.Sha256), ct);
    }
}
