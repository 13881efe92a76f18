namespace K8sRecorder.Recording.Shipping;

/// <summary>Gives the rights to write objects. The recorder asks for each object it ships.</summary>
public interface IGrantSource
{
    /// <summary>Asks for grants; the answer has one for each wish, in order.</summary>
    /// <exception cref="Stores.StoreException">No grants now; <c>IsTransient</c> says whether asking again may help.</exception>
    ValueTask<IReadOnlyList<UploadGrant>> RequestAsync(IReadOnlyList<GrantRequest> wanted, CancellationToken ct);
}
