using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Policy.Tests.Schema;

/// <summary>A test that needs a real kube-apiserver.</summary>
public sealed class ApiServerFactAttribute : FactAttribute
{
    public ApiServerFactAttribute()
    {
        if (RealApiServer.Assets is null)
            Skip = "no API server: KUBEBUILDER_ASSETS is not set";
    }
}
