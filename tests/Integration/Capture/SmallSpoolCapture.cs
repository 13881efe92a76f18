namespace K8sRecorder.Integration.Capture;

/// <summary>Agents wait where the spool is full, which it soon is.</summary>
public sealed class SmallSpoolCapture() : CapturePod("unmatched: Record", mode: "Buffered", spool: ", sizeLimit: 4Mi");
