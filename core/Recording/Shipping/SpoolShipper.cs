using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Shipping;

/// <summary>
/// Ships what the spool holds: per session the open statement first, then the chunks in order, index and close object after them. Repeats
/// each until the store has acknowledged it; only then the spool entry goes.
/// </summary>
public sealed class SpoolShipper(RecordingSpool spool, IGrantSource grants, ShippingOptions options)
{
    /// <summary>Figures, for metrics; read at any time.</summary>
    public ShippingCounters Counters => throw new NotImplementedException($"{spool}{grants}{options}");

    /// <summary>Ships until cancelled. One call at a time.</summary>
    public Task RunAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Ships until nothing waits any more. Not beside <see cref="RunAsync"/>: cancel that first.</summary>
    public Task DrainAsync(CancellationToken ct) => throw new NotImplementedException();
}
