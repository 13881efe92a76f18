namespace K8sRecorder.Soak.SidecarKill.Oracle;

/// <summary>A secret and what must stand in its place.</summary>
internal sealed record Canary(string Text, byte[] Clear, byte[] Marker);
