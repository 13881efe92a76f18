namespace K8sRecorder.Soak.SidecarKill.Judging;

/// <summary>What BestEffort says that it dropped.</summary>
internal sealed record RecordedGap(DateTimeOffset From, DateTimeOffset To, long Records, long Bytes);
