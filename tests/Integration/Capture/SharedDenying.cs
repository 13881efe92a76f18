namespace K8sRecorder.Integration.Capture;

/// <summary>Tests that share one pod.</summary>
[CollectionDefinition(Name)]
public sealed class SharedDenying : ICollectionFixture<DenyingCapture>
{
    public const string Name = "capture: denying";
}
