namespace K8sRecorder.Sidecar.Trust;

/// <summary>A file of certificates or keys that cannot be used. The message names the file and what is wrong, never what stands in it.</summary>
internal sealed class TrustException(string message, Exception? cause = null) : Exception(message, cause);
