namespace K8sRecorder.Recording.Sessions;

/// <summary>What an append promises before it completes, and what happens at a full spool.</summary>
public enum RecordingMode
{
    /// <summary>An append completes when write(2) into the spool has returned. Full: waits <see cref="SessionOptions.StrictWait"/>, then fails.</summary>
    Strict,

    /// <summary>An append completes when the record is queued. Full: waits until there is room; nothing is dropped.</summary>
    Buffered,

    /// <summary>An append never waits. Full: the record is dropped and counted into a gap record.</summary>
    BestEffort,
}
