using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Shipping;

/// <summary>
/// The right to write one object, once. In a cluster a pre-signed upload that the operator gave; by hand the store itself. Whoever has it can
/// neither read, list, overwrite nor delete.
/// </summary>
public abstract class UploadGrant
{
    /// <summary>Creates a grant for a request.</summary>
    protected UploadGrant(GrantRequest request) => Request = request;

    /// <summary>What was asked for.</summary>
    public GrantRequest Request { get; }

    /// <summary>Writes the object. Durable when it returns; same contract as <see cref="IRecordingStore.PutNewAsync"/>.</summary>
    public abstract ValueTask<PutResult> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);

    /// <summary>Asks somebody who may read whether the object that exists already holds these bytes.</summary>
    public abstract ValueTask<bool> ConfirmAsync(CancellationToken ct);
}
