namespace K8sRecorder.Soak.SidecarKill.Judging;

/// <summary>A life of the sidecar as the judge needs it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Lossy">It was killed in a mode that does not wait for the spool: its tail may be gone.</param>
internal sealed record LifeFacts(int Number, bool Lossy);
