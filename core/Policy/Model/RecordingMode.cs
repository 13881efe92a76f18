namespace K8sRecorder.Policy.Model;

/// <summary>What happens to the agent's traffic when the spool is behind.</summary>
public enum RecordingMode
{
    /// <summary>Nothing waits; what does not fit is dropped and counted in a signed gap record.</summary>
    BestEffort,

    /// <summary>The agent is slowed when the spool is full, never dropped.</summary>
    Buffered,

    /// <summary>A byte leaves only once the spool has it.</summary>
    Strict,
}
