using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Redirect;

/// <summary>A fact about network namespaces; where there can be none it is skipped and says why.</summary>
public sealed class NetworkFactAttribute : FactAttribute
{
    public NetworkFactAttribute() => Skip = NetworkPair.WhyAbsent;
}
