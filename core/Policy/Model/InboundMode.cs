namespace K8sRecorder.Policy.Model;

/// <summary>What happens to connections that the agent accepts.</summary>
public enum InboundMode
{
    /// <summary>Counted, and named as a hole.</summary>
    Pass,

    /// <summary>Recorded.</summary>
    Record,
}
