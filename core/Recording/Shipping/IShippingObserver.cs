using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Shipping;

/// <summary>Is told when the state of shipping changes, never at each attempt. Called by the shipper between two attempts; must be short.</summary>
public interface IShippingObserver
{
    /// <summary>The store has begun to fail, or to fail for one more reason. Once for each reason until it takes objects again.</summary>
    void Failing(ShippingFailure failure);

    /// <summary>The store takes objects again, and nothing that it can take waits.</summary>
    void Recovered(TimeSpan after);

    /// <summary>A session holds an object that the store will not take though it takes others. Once a session.</summary>
    void Stuck(SessionId session, ShippingFailure failure);
}
