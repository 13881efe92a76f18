namespace K8sRecorder.Integration.Redirect;

/// <summary>Whatever comes in goes through the recorder.</summary>
public sealed class RecordingPod() : RedirectedPod("--own-port", "15021");
