namespace K8sRecorder.Policy.Model;

/// <summary>How the recorder speaks to the target.</summary>
public enum UpstreamTlsMode
{
    /// <summary>TLS, with the certificate checked.</summary>
    Verify,

    /// <summary>Clear text.</summary>
    Disable,

    /// <summary>The agent's own TLS goes through unread.</summary>
    Passthrough,
}
