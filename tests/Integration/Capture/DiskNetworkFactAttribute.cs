using K8sRecorder.Testing;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>A fact about a pod with a disk that is really full; where there can be none it is skipped and says why.</summary>
public sealed class DiskNetworkFactAttribute : FactAttribute
{
    public DiskNetworkFactAttribute() => Skip = NetworkPair.WhyAbsent ?? SmallDisk.WhyAbsent;
}
