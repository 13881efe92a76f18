namespace K8sRecorder.Integration.Capture;

/// <summary>Everything is let through, and recorded or, where it cannot be read, counted.</summary>
public sealed class RecordingCapture() : CapturePod("unmatched: Record, uninterceptable: RecordMetadata");
