namespace K8sRecorder.Kube.Credentials;

/// <summary>No credential could be had; says where it should have come from and never what it is.</summary>
internal sealed class CredentialException(string message, Exception? inner = null) : Exception(message, inner);
