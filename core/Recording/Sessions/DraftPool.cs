namespace K8sRecorder.Recording.Sessions;

/// <summary>Drafts for reuse; they are cleared when they come back. Any thread.</summary>
internal sealed class DraftPool
{
    // with RecordDraft's own bound 4 MiB at most; a deeper queue makes new ones, which do not get old
    private const int Kept = 128;

    private readonly Lock _gate = new();
    private readonly Stack<RecordDraft> _drafts = [];

    public RecordDraft Rent(string kind, long channel, DateTimeOffset at)
    {
        RecordDraft? draft;
        lock (_gate)
            _drafts.TryPop(out draft);
        if (draft is null)
            return new RecordDraft(kind, channel, at);
        draft.Reuse(kind, channel, at);
        return draft;
    }

    public void Return(RecordDraft draft)
    {
        draft.Clear();
        lock (_gate)
        {
            if (_drafts.Count < Kept)
                _drafts.Push(draft);
        }
    }
}
