using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Shipping;

namespace K8sRecorder.Recording.Tests.Shipping;

/// <summary>Keeps what the shipper told.</summary>
internal sealed class ShippingChanges : IShippingObserver
{
    public List<ShippingFailure> Failed { get; } = [];

    public List<TimeSpan> Recoveries { get; } = [];

    public List<(SessionId Session, ShippingFailure Failure)> StuckSessions { get; } = [];

    public void Failing(ShippingFailure failure) => Failed.Add(failure);

    public void Recovered(TimeSpan after) => Recoveries.Add(after);

    public void Stuck(SessionId session, ShippingFailure failure) => StuckSessions.Add((session, failure));
}
