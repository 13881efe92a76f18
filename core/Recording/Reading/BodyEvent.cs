namespace K8sRecorder.Recording.Reading;

/// <summary>A piece of a body as it arrived.</summary>
/// <param name="At">When.</param>
/// <param name="Offset">Where it starts in the body, in masked bytes.</param>
/// <param name="Length">How many masked bytes.</param>
public readonly record struct BodyEvent(DateTimeOffset At, long Offset, long Length);
