using System.Reflection;
using K8sRecorder.Testing.Kube;
using Xunit.Sdk;

namespace K8sRecorder.Kube.Tests.Servers;

/// <summary>
/// Runs a theory against the fake and, where <c>KUBEBUILDER_ASSETS</c> names a kube-apiserver and an etcd, against those. Where it is not
/// set that half is left out, and <c>eng/test.sh</c> says so.
/// </summary>
public sealed class ApiServersAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        yield return [ApiServers.Fake];
        if (RealApiServer.Assets is not null)
            yield return [ApiServers.Real];
    }
}
