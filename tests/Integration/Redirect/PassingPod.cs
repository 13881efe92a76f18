namespace K8sRecorder.Integration.Redirect;

/// <summary>Connections from outside are let through and counted.</summary>
public sealed class PassingPod() : RedirectedPod("--inbound", "pass");
