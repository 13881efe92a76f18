using System.Runtime.InteropServices;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// What the writer has of a stream: the part of its body that is in no record yet. Owned by the writer loop. Parts of it may be staged in the
/// record file, so that a crash loses nothing of a record that is not written yet.
/// </summary>
internal sealed class StreamBody
{
    private readonly List<StreamEvent> _events = [];
    private DateTimeOffset _lastEventAt;
    private int _stagedEvents;
    private int _stagedSpans;

    public required long Id { get; init; }

    public required string ContinuationKind { get; init; }

    public required long Channel { get; init; }

    /// <summary>What the records that carry the body on say in <c>from</c>; null: nothing.</summary>
    public string? From { get; init; }

    /// <summary>What those records say in <c>message</c>, from 1; 0: nothing.</summary>
    public long Message { get; init; }

    public bool KeepEvents { get; init; }

    public IBodyCutter? Cutter { get; init; }

    /// <summary>The first record, until it is written.</summary>
    public RecordDraft? First { get; set; }

    public string? Coding { get; set; }

    public PooledBytes Bytes { get; } = new();

    /// <summary>Spans in <see cref="Bytes"/>, offsets from the start of the stream.</summary>
    public List<ContentSpan> Spans { get; } = [];

    /// <summary>Cuts, offsets from the start of the stream; may run ahead of the records.</summary>
    public List<long> Cuts { get; } = [];

    /// <summary>Offset of the first of <see cref="Bytes"/> in the stream.</summary>
    public long Base { get; private set; }

    public long Wire { get; private set; }

    public int Pending { get; private set; }

    /// <summary>When the first piece that is in no record came.</summary>
    public DateTimeOffset FirstAt { get; private set; }

    /// <summary>Leading bytes of <see cref="Bytes"/> that are staged in the current record file.</summary>
    public int Staged { get; private set; }

    /// <summary>First record of the file that knows this stream; -1: none does.</summary>
    public long StagedFile { get; private set; } = -1;

    /// <summary>Something came since the last record or staging.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Something is in no record yet.</summary>
    public bool Unwritten => First is not null || Bytes.Length > 0;

    public bool HasEnded { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes, long wire, int pending, DateTimeOffset at)
    {
        if (Bytes.Length == 0 && _events.Count == 0)
            FirstAt = at;
        if (KeepEvents && bytes.Length > 0)
            AddEvent(bytes.Length, at);
        Cutter?.Push(bytes, Cuts);
        Bytes.Write(bytes);
        Wire += wire;
        Pending = pending;
        HasNews = true;
    }

    /// <summary>Moves what is here into a record.</summary>
    /// <param name="more">The stream goes on: an unfinished code point at the end is kept back for the next record.</param>
    /// <param name="trailer">Fields that follow the body.</param>
    /// <param name="consumed">Bytes that went into the record.</param>
    public RecordDraft Emit(bool more, RecordDraft? trailer, out int consumed)
    {
        consumed = Bytes.Length - (more ? PieceCuts.OpenTail(Bytes.Span) : 0);
        var first = First is not null;
        var draft = First ?? Continuation();
        First = null;
        if (!first || more || consumed > 0 || Wire > 0)
            WriteBody(draft, consumed, more);
        if (KeepEvents && consumed > 0)
            WriteEvents(draft, consumed);
        if (trailer is not null)
            draft.Append(trailer);
        if (Pending > 0)
            draft.Set("pending", Pending);
        Consume(consumed);
        return draft;
    }

    /// <summary>Writes what is not staged yet as a frame; the first one in a file holds everything.</summary>
    public void Stage(PooledBytes to, long file, bool whole = false)
    {
        whole |= StagedFile != file;
        var (bytes, spans, events) = whole ? (0, 0, 0) : (Staged, _stagedSpans, _stagedEvents);
        var frame = Frame.Begin(to, FrameType.Staged);
        SpoolFields.WriteNumber(to, Id);
        to.WriteByte(whole ? (byte)1 : (byte)0);
        if (whole)
            StagedStream.WriteBegin(to, this);
        SpoolFields.WriteText(to, Coding);
        SpoolFields.WriteNumber(to, FirstAt.ToUnixTimeMilliseconds());
        SpoolFields.WriteNumber(to, Wire);
        SpoolFields.WriteNumber(to, Pending);
        SpoolFields.WriteBytes(to, Bytes.Span[bytes..]);
        StagedStream.WriteSpans(to, CollectionsMarshal.AsSpan(Spans)[spans..]);
        StagedStream.WriteEvents(to, CollectionsMarshal.AsSpan(_events)[events..]);
        Frame.End(to, frame);
        (Staged, _stagedSpans, _stagedEvents) = (Bytes.Length, Spans.Count, _events.Count);
        StagedFile = file;
        HasNews = false;
    }

    /// <summary>Takes back what <see cref="Stage"/> wrote, after the bytes were read from it.</summary>
    public void Restore(long offset, DateTimeOffset firstAt, long wire, int pending, ReadOnlySpan<byte> bytes, ReadOnlySpan<StreamEvent> events)
    {
        if (offset >= 0)
            Base = offset;
        (FirstAt, Wire, Pending) = (firstAt, wire, pending);
        Bytes.Write(bytes);
        _events.AddRange(events);
    }

    /// <summary>
    /// Where the stream stood behind a record that it goes on after. What the record held may never have been staged, so only the record can tell.
    /// </summary>
    public void Restore(long offset, DateTimeOffset firstAt, int pending)
    {
        (Base, FirstAt, Pending) = (offset, firstAt, pending);
        Spans.RemoveAll(span => span.At + span.Length <= offset);
    }

    /// <summary>Drops what a record holds.</summary>
    public void Consume(int count)
    {
        count = Math.Min(count, Bytes.Length);
        Bytes.Consume(count);
        Base += count;
        Staged = Math.Max(0, Staged - count);
        Cuts.RemoveRange(0, CountUntil(Base));
        Spans.RemoveAll(span => span.At + span.Length <= Base);
        _events.Clear();
        if (Bytes.Length > 0 && KeepEvents)
            _events.Add(new StreamEvent(Bytes.Length, 0));
        if (Bytes.Length == 0)
            Bytes.Reset();
        (_stagedEvents, _stagedSpans) = (0, 0);
        FirstAt = _lastEventAt == default ? FirstAt : _lastEventAt;
        Wire = 0;
        HasNews = Bytes.Length > 0;
    }

    /// <summary>The last record is written.</summary>
    public void End()
    {
        HasEnded = true;
        Bytes.Dispose();
        Spans.Clear();
        Cuts.Clear();
        _events.Clear();
    }

    private RecordDraft Continuation()
    {
        var draft = new RecordDraft(ContinuationKind, Channel, FirstAt);
        if (From is not null)
            draft.Set("from", From);
        if (Message > 0)
            draft.Set("message", Message);
        return draft;
    }

    private void WriteBody(RecordDraft draft, int size, bool more)
    {
        draft.BeginBody(size, Wire, Coding);
        var (cutAt, spanAt) = (draft.Cuts.Count, draft.Spans.Count);
        foreach (var cut in Cuts)
        {
            if (cut >= Base + size)
                break;
            draft.Cuts.Add(cut - Base);
        }

        foreach (var span in Spans)
        {
            if (span.At < Base + size)
                draft.Spans.Add(span with { At = span.At - Base });
        }

        draft.AddContent(Bytes.Span[..size], cutAt, spanAt);
        draft.EndBody(more);
    }

    private void WriteEvents(RecordDraft draft, int size)
    {
        draft.Fields.Write(",\"events\":["u8);
        var separator = false;
        foreach (var item in CollectionsMarshal.AsSpan(_events))
        {
            var bytes = Math.Min(item.Bytes, size);
            size -= bytes;
            if (separator)
                draft.Fields.WriteByte((byte)',');
            separator = true;
            JsonText.WriteNumber(draft.Fields, bytes);
            draft.Fields.WriteByte((byte)',');
            JsonText.WriteNumber(draft.Fields, item.Milliseconds);
            if (size == 0)
                break;
        }

        draft.Fields.WriteByte((byte)']');
    }

    private void AddEvent(int bytes, DateTimeOffset at)
    {
        var start = _events.Count > 0 ? _lastEventAt : First?.At ?? at;
        var milliseconds = Math.Max(0, (at - start).Ticks / TimeSpan.TicksPerMillisecond);

        // Pieces of one millisecond are one event, unless the earlier one is already in a staged frame.
        if (milliseconds == 0 && _events.Count > Math.Max(_stagedEvents, 0) && _events.Count > 0)
        {
            _events[^1] = _events[^1] with { Bytes = _events[^1].Bytes + bytes };
            return;
        }

        // What is left of a millisecond counts into the next event, so that the sum does not drift.
        _lastEventAt = start.AddMilliseconds(milliseconds);
        _events.Add(new StreamEvent(bytes, milliseconds));
    }

    private int CountUntil(long offset)
    {
        var count = 0;
        while (count < Cuts.Count && Cuts[count] <= offset)
            count++;
        return count;
    }
}
