namespace K8sRecorder.Recording.Spool;

/// <summary>Where a spool lies and how large it may become.</summary>
/// <param name="Folder">The spool's folder: on a disk, the recorder's alone.</param>
/// <param name="KeysFolder">Folder of the session keys: memory-backed in a pod, so that a key outlives the container and not the pod.</param>
/// <param name="MaxBytes">Bytes after which the spool counts as full.</param>
public sealed record SpoolOptions(string Folder, string KeysFolder, long MaxBytes = 256L << 20)
{
    /// <summary>The clock: how long entries have waited.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
