namespace K8sRecorder.Policy.Model;

/// <summary>What the Host header says to an HTTP target.</summary>
public enum UpstreamHostMode
{
    /// <summary>What the agent wrote.</summary>
    Preserve,

    /// <summary>The name of the upstream.</summary>
    Upstream,
}
