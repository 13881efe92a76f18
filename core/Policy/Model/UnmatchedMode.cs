namespace K8sRecorder.Policy.Model;

/// <summary>What happens to traffic that no target names.</summary>
public enum UnmatchedMode
{
    /// <summary>Goes through unrecorded.</summary>
    Pass,

    /// <summary>Recorded.</summary>
    Record,

    /// <summary>Refused.</summary>
    Deny,
}
