namespace K8sRecorder.Integration.Capture;

/// <summary>Only targets are let through, and only what can be read.</summary>
public sealed class DenyingCapture() : CapturePod("unmatched: Deny, uninterceptable: Deny");
