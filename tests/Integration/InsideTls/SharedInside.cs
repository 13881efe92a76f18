namespace K8sRecorder.Integration.InsideTls;

/// <summary>Tests that share one pod.</summary>
[CollectionDefinition(Name)]
public sealed class SharedInside : ICollectionFixture<InsideCapture>
{
    public const string Name = "inside TLS";
}
