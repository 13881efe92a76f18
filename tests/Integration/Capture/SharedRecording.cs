namespace K8sRecorder.Integration.Capture;

/// <summary>Tests that share one pod.</summary>
[CollectionDefinition(Name)]
public sealed class SharedRecording : ICollectionFixture<RecordingCapture>
{
    public const string Name = "capture: recording";
}
