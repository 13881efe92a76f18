using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Shipping;

/// <summary>
/// Turns attempts into changes of state. One failure of a passing kind is none (stores throttle): it is told when the first retry fails, too. A
/// store that takes some objects and refuses others in turn is failing until nothing waits any more, so that it is told once. Owned by the shipper.
/// </summary>
internal sealed class ShippingHealth(IShippingObserver? observer, TimeProvider time)
{
    private readonly HashSet<ShippingFailure> _told = [];
    private readonly HashSet<SessionId> _stuck = [];
    private long? _since;
    private int _failures;

    public void Failed(ShippingFailure failure)
    {
        _since ??= time.GetTimestamp();
        _failures++;
        var passes = failure is ShippingFailure.Unavailable or ShippingFailure.TimedOut or ShippingFailure.Corrupted or ShippingFailure.NotStored;
        if ((_failures > 1 || !passes) && _told.Add(failure))
            observer?.Failing(failure);
    }

    public void FailedAlone(SessionId session, ShippingFailure failure)
    {
        if (_stuck.Add(session))
            observer?.Stuck(session, failure);
    }

    public void Shipped(SessionId session)
    {
        _failures = 0;
        _stuck.Remove(session);
    }

    /// <summary>A round has ended that tried everything which was due, and the store took it.</summary>
    public void Recovered()
    {
        if (_told.Count > 0)
            observer?.Recovered(time.GetElapsedTime(_since!.Value));
        _told.Clear();
        (_since, _failures) = (null, 0);
    }
}
