namespace K8sRecorder.Kube.Tests.Servers;

/// <summary>One pair of servers for all contract tests.</summary>
[CollectionDefinition(Name)]
public sealed class AgainstApiServers : ICollectionFixture<ApiServers>
{
    public const string Name = "API servers";
}
