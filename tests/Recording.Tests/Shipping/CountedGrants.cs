using K8sRecorder.Recording.Shipping;

namespace K8sRecorder.Recording.Tests.Shipping;

/// <summary>Counts the attempts: each begins with a request for a grant.</summary>
internal sealed class CountedGrants(IGrantSource inner) : IGrantSource
{
    private int _attempts;

    public int Attempts => Volatile.Read(ref _attempts);

    public ValueTask<IReadOnlyList<UploadGrant>> RequestAsync(IReadOnlyList<GrantRequest> wanted, CancellationToken ct)
    {
        Interlocked.Increment(ref _attempts);
        return inner.RequestAsync(wanted, ct);
    }
}
