using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Redirect;

/// <summary>A theory about network namespaces; where there can be none it is skipped and says why.</summary>
public sealed class NetworkTheoryAttribute : TheoryAttribute
{
    public NetworkTheoryAttribute() => Skip = NetworkPair.WhyAbsent;
}
