namespace K8sRecorder.Soak.SidecarKill;

/// <summary>What the sidecar is doing when it is killed.</summary>
internal enum KillMoment
{
    /// <summary>It starts: recovery, first connections.</summary>
    Starting,

    /// <summary>It carries traffic.</summary>
    Busy,

    /// <summary>A chunk has just come into the spool, or an object into the store.</summary>
    Sealing,

    /// <summary>It was told to stop and drains.</summary>
    Stopping,
}
