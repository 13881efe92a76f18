namespace K8sRecorder.Policy.Selection;

/// <summary>What becomes of a pod at admission.</summary>
public enum RecordingOutcome
{
    /// <summary>It is let in as it is, unrecorded.</summary>
    Skip,

    /// <summary>It gets a recorder.</summary>
    Inject,

    /// <summary>It is not let in.</summary>
    Refuse,
}
