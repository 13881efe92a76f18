using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Sidecar.Ship;

/// <summary>The state of shipping: its changes as log lines, what it is now for whoever asks.</summary>
internal sealed class ShippingState(RecordingSpool spool, ILogger<ShippingState> logger) : IShippingObserver
{
    private volatile string? _failing;

    /// <summary>The kind of failure that keeps everything out of the store now; null while things get there.</summary>
    public string? Failing => _failing;

    void IShippingObserver.Failing(ShippingFailure failure)
    {
        _failing = failure.ToString();
        logger.StoreFails(failure.ToString(), ShippingAdvice.For(failure), spool.WaitingEntries);
    }

    public void Recovered(TimeSpan after)
    {
        _failing = null;
        logger.StoreRecovered(Math.Round(after.TotalSeconds, 1));
    }

    public void Stuck(SessionId session, ShippingFailure failure) =>
        logger.SessionStuck(session.ToString(), failure.ToString(), ShippingAdvice.For(failure));
}
