using K8sRecorder.Testing;

namespace K8sRecorder.Integration.SpoolFaults;

/// <summary>A fact about a disk that is really full; where none can be mounted it is skipped and says why.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.WhyAbsent;
}
