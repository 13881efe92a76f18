using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Capture;

/// <summary>A byte leaves only once the spool has it, and that lies on a disk of 8 MiB.</summary>
public sealed class SmallDiskCapture() : CapturePod("unmatched: Record", mode: "Strict")
{
    private SmallDisk? _disk;

    public SmallDisk Disk => _disk!;

    protected override void Prepare() => _disk = SmallDisk.WhyAbsent is null ? new SmallDisk(Sidecar.SpoolFolder, 8 << 20) : null;

    protected override void CleanUp() => _disk?.Dispose();
}
