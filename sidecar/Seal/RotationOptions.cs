using K8sRecorder.Recording.Sessions;

namespace K8sRecorder.Sidecar.Seal;

/// <summary>When a session ends though the recorder goes on.</summary>
internal sealed record RotationOptions(TimeSpan IdleTimeout, TimeSpan MaxAge, long MaxBytes, SessionIdentity Identity);
