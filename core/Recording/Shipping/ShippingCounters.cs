namespace K8sRecorder.Recording.Shipping;

/// <summary>Figures of shipping at one moment.</summary>
/// <param name="Shipped">Objects acknowledged by the store, and seen there.</param>
/// <param name="ShippedBytes">Their bytes.</param>
/// <param name="LastFailure">Why the last attempt failed; null while all is well.</param>
public readonly record struct ShippingCounters(long Shipped, long ShippedBytes, ShippingFailure? LastFailure);
