using K8sRecorder.Integration.Trust;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>A fact about Java in a network of its own.</summary>
public sealed class JavaNetworkFactAttribute : FactAttribute
{
    public JavaNetworkFactAttribute() => Skip = NetworkPair.WhyAbsent ?? new JavaFactAttribute().Skip;
}
