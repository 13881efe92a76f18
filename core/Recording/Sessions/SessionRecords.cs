using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Sessions;

/// <summary>The records of a session about itself.</summary>
internal static class SessionRecords
{
    public static RecordDraft Opened(SessionOptions options, DateTimeOffset at)
    {
        var draft = new RecordDraft("session.opened", 0, at);
        draft.Set("software", options.Software);
        draft.Set("mode", options.Mode.ToString());
        return draft;
    }

    public static RecordDraft Resumed(long lostBytes, long covered, DateTimeOffset at)
    {
        var draft = new RecordDraft("session.resumed", 0, at);
        draft.Set("lostBytes", lostBytes);
        draft.Set("covered", covered);
        return draft;
    }

    public static RecordDraft Recovered(SessionId by, long covered, DateTimeOffset at)
    {
        var draft = new RecordDraft("session.recovered", 0, at);
        draft.Set("by", by.ToString());
        draft.Set("covered", covered);
        return draft;
    }

    /// <summary>The gap that a damaged record file leaves behind the last record.</summary>
    public static RecordDraft Damaged(Damage damage, DateTimeOffset from, DateTimeOffset at)
    {
        var draft = new RecordDraft("gap", 0, at);
        var gap = default(Gap);
        gap.Add("spoolDamaged", (int)Math.Min(damage.Records, int.MaxValue), damage.Bytes, from);
        gap.Add("spoolDamaged", 0, 0, at);
        gap.Write(draft);
        return draft;
    }

    /// <summary>The gap that a record file leaves which is not there any more: in another session, for its own cannot go on.</summary>
    public static RecordDraft Lost(LostSession lost, DateTimeOffset at)
    {
        var draft = new RecordDraft("gap", 0, at);
        var gap = default(Gap);
        gap.Add("spoolLost", 0, lost.Bytes, lost.LastAt);
        gap.Add("spoolLost", 0, 0, at);
        gap.Write(draft);
        draft.Set("session", lost.Session.ToString());
        return draft;
    }

    public static void SetClosed(RecordDraft draft, string reason, SessionId next, string? nextKey)
    {
        draft.Set("reason", reason);
        if (next.IsEmpty)
            return;
        draft.Set("next", next.ToString());
        draft.Set("nextKey", nextKey ?? "");
    }
}
