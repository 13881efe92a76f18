namespace K8sRecorder.Policy.Model;

/// <summary>The form in which a credential is handed to a target.</summary>
public enum CredentialKind
{
    /// <summary>An HTTP header.</summary>
    Header,

    /// <summary>A user name and a password, as the protocol asks for them.</summary>
    UserPassword,
}
