namespace K8sRecorder.Integration.Forms;

/// <summary>One set of servers for all tests with curl.</summary>
[CollectionDefinition(Name)]
public sealed class CurlServers : ICollectionFixture<CurlFixture>
{
    public const string Name = "curl";
}
