using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Models;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Kube.Tests.Servers;

/// <summary>A server of either kind, and how to stop it and start it again.</summary>
public sealed record ApiServer(KubernetesClientConfiguration Configuration, Func<Task> StopAsync, Func<Task> ResumeAsync, FakeApiServer? Fake)
{
    public KubernetesClient Client(KubernetesClientOptions? options = null) => new(Configuration, options);

    /// <summary>A namespace of a test's own.</summary>
    public static async Task<string> NamespaceAsync(IKubernetesClient client)
    {
        var name = ApiServers.Unique("test");
        await client.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, CancellationToken.None);
        return name;
    }
}
