namespace K8sRecorder.Soak.SidecarKill.Oracle;

/// <summary>What a body looks like.</summary>
internal enum TextForm
{
    Plain,
    Json,
    Events,
}
