namespace K8sRecorder.Recording.Sessions;

/// <summary>One thing for the writer loop.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When it was asked for.</param>
internal readonly record struct WorkItem(WorkKind Kind, DateTimeOffset At)
{
    public RecordDraft? Draft { get; init; }

    public RecordStream? Stream { get; init; }

    /// <summary>Who waits; told when the batch is written (a seal: when the chunk is in place).</summary>
    public TaskCompletionSource? Waiter { get; init; }

    /// <summary>Bytes that were admitted for it.</summary>
    public int Weight { get; init; }
}
