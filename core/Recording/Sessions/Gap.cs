namespace K8sRecorder.Recording.Sessions;

/// <summary>What BestEffort has dropped since the last gap record.</summary>
internal struct Gap
{
    private DateTimeOffset _from;
    private DateTimeOffset _to;
    private string? _reason;

    public long Records { get; private set; }

    public long Bytes { get; private set; }

    public readonly bool IsEmpty => _reason is null;

    public void Add(string reason, int records, long bytes, DateTimeOffset at)
    {
        if (IsEmpty)
            (_from, _reason) = (at, reason);
        _to = at;
        Records += records;
        Bytes += bytes;
    }

    public readonly void Write(RecordDraft draft)
    {
        draft.Set("reason", _reason ?? "");
        draft.Set("records", Records);
        draft.Set("bytes", Bytes);
        draft.Set("from", _from);
        draft.Set("to", _to);
    }
}
