namespace K8sRecorder.Recording.Shipping;

/// <summary>How an attempt to upload an object ended.</summary>
/// <param name="Failure">Why it failed; null: the store has the object, and it was seen there.</param>
/// <param name="RetryAfter">How long the store asks to be left alone; null where it does not.</param>
internal readonly record struct UploadOutcome(ShippingFailure? Failure, TimeSpan? RetryAfter);
