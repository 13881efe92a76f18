namespace K8sRecorder.Recording.Shipping;

/// <summary>Figures of shipping at one moment.</summary>
/// <param name="Shipped">Objects acknowledged by the store.</param>
/// <param name="ShippedBytes">Their bytes.</param>
/// <param name="Retries">Attempts that failed and were or will be repeated.</param>
/// <param name="Conflicts">Attempts that found another object under the key; repeated, never given up.</param>
/// <param name="LastError">Why the last attempt failed; null while all is well. Holds no payload.</param>
public readonly record struct ShippingCounters(long Shipped, long ShippedBytes, long Retries, long Conflicts, string? LastError);
