namespace K8sRecorder.Recording.Tests.Sessions;

/// <summary>The process would be gone now.</summary>
internal sealed class KilledException : Exception;
