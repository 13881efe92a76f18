using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>The inside of staged frames: what a stream is when a record file hears of it first, and what came since.</summary>
internal static class StagedStream
{
    private const int MaxItems = FormatNames.MaxChunk;

    public static void WriteBegin(PooledBytes to, StreamBody stream)
    {
        SpoolFields.WriteText(to, stream.ContinuationKind);
        SpoolFields.WriteText(to, stream.From);
        SpoolFields.WriteNumber(to, stream.Message);
        SpoolFields.WriteNumber(to, stream.Channel);
        to.WriteByte(stream.KeepEvents ? (byte)1 : (byte)0);
        SpoolFields.WriteNumber(to, stream.Base);
        to.WriteByte(stream.First is null ? (byte)0 : (byte)1);
        if (stream.First is { } draft)
            WriteDraft(to, draft);
    }

    /// <summary>What a record's frame says of the stream that goes on behind it: a restart must know it to end it.</summary>
    public static void WriteRest(PooledBytes to, StreamBody stream)
    {
        SpoolFields.WriteText(to, stream.ContinuationKind);
        SpoolFields.WriteText(to, stream.From);
        SpoolFields.WriteNumber(to, stream.Message);
        SpoolFields.WriteNumber(to, stream.Channel);
        SpoolFields.WriteNumber(to, stream.Base);
        SpoolFields.WriteNumber(to, stream.FirstAt.ToUnixTimeMilliseconds());
        SpoolFields.WriteNumber(to, stream.Pending);
    }

    /// <summary>Takes it into a stream that the file knows, or makes it known.</summary>
    public static void ReadRest(ref SpoolFieldReader reader, long id, Dictionary<long, StreamBody> streams)
    {
        var kind = reader.Text() ?? "";
        var from = reader.Text();
        var message = reader.Number();
        var channel = reader.Number();
        var (offset, firstAt, pending) = (Math.Max(0, reader.Number()), ReadTime(ref reader), reader.Count(int.MaxValue));
        if (reader.Failed)
            return;
        if (!streams.TryGetValue(id, out var stream))
            streams.Add(id, stream = new StreamBody { Id = id, ContinuationKind = kind, From = from, Message = message, Channel = channel });
        stream.Restore(offset, firstAt, pending);
    }

    public static void WriteSpans(PooledBytes to, ReadOnlySpan<ContentSpan> spans)
    {
        SpoolFields.WriteNumber(to, spans.Length);
        foreach (var span in spans)
        {
            SpoolFields.WriteNumber(to, span.At);
            SpoolFields.WriteNumber(to, span.Length);
            SpoolFields.WriteText(to, span.Detector);
            SpoolFields.WriteText(to, span.Tag);
        }
    }

    public static void WriteEvents(PooledBytes to, ReadOnlySpan<StreamEvent> events)
    {
        SpoolFields.WriteNumber(to, events.Length);
        foreach (var item in events)
        {
            SpoolFields.WriteNumber(to, item.Bytes);
            SpoolFields.WriteNumber(to, item.Milliseconds);
        }
    }

    /// <summary>Takes a staged frame into the streams of a left file; gives the stream's channel. False: the frame is not what it should be.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, Dictionary<long, StreamBody> streams, out long channel)
    {
        channel = 0;
        var reader = new SpoolFieldReader(payload);
        var id = reader.Number();
        var offset = -1L;
        StreamBody? stream;
        if (reader.Byte() == 1)
        {
            stream = ReadBegin(ref reader, id, out offset);
            streams[id] = stream;
        }
        else if (!streams.TryGetValue(id, out stream))
            return false;
        channel = stream.Channel;
        stream.Coding = reader.Text();
        var firstAt = ReadTime(ref reader);
        var wire = reader.Number();
        var pending = reader.Count(int.MaxValue);
        var bytes = reader.Bytes();
        ReadSpans(ref reader, stream.Spans);
        var events = new StreamEvent[Math.Min(reader.Count(MaxItems), payload.Length)];
        for (var i = 0; i < events.Length; i++)
            events[i] = new StreamEvent(reader.Count(int.MaxValue), reader.Number());
        if (!reader.Failed)
            stream.Restore(offset, firstAt, wire, pending, bytes, events);
        return !reader.Failed;
    }

    private static StreamBody ReadBegin(ref SpoolFieldReader reader, long id, out long offset)
    {
        var kind = reader.Text() ?? "";
        var from = reader.Text();
        var message = reader.Number();
        var channel = reader.Number();
        var events = reader.Byte() == 1;
        offset = Math.Max(0, reader.Number());
        var draft = reader.Byte() == 1 ? ReadDraft(ref reader) : null;
        return new StreamBody { Id = id, ContinuationKind = kind, From = from, Message = message, Channel = channel, KeepEvents = events, First = draft };
    }

    private static void WriteDraft(PooledBytes to, RecordDraft draft)
    {
        SpoolFields.WriteText(to, draft.Kind);
        SpoolFields.WriteNumber(to, draft.Channel);
        SpoolFields.WriteNumber(to, draft.At.ToUnixTimeMilliseconds());
        SpoolFields.WriteBytes(to, draft.Fields.Span);
        SpoolFields.WriteBytes(to, draft.Text.Span);
        SpoolFields.WriteNumber(to, draft.Contents.Count);
        foreach (var content in draft.Contents)
        {
            SpoolFields.WriteNumber(to, content.FieldAt);
            SpoolFields.WriteNumber(to, content.TextAt);
            SpoolFields.WriteNumber(to, content.TextLength);
            WriteSpans(to, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(draft.Spans).Slice(content.SpanAt, content.SpanCount));
        }
    }

    private static RecordDraft ReadDraft(ref SpoolFieldReader reader)
    {
        var kind = reader.Text() ?? "";
        var channel = reader.Number();
        var draft = new RecordDraft(kind, channel, ReadTime(ref reader));
        draft.Fields.Write(reader.Bytes());
        draft.Text.Write(reader.Bytes());
        var contents = reader.Count(MaxItems);
        for (var i = 0; i < contents && !reader.Failed; i++)
        {
            var (fieldAt, textAt) = (reader.Count(draft.Fields.Length), reader.Count(draft.Text.Length));
            var (length, spanAt) = (reader.Count(draft.Text.Length - textAt), draft.Spans.Count);
            ReadSpans(ref reader, draft.Spans);
            draft.Contents.Add(new DraftContent(fieldAt, textAt, length, 0, 0, spanAt, draft.Spans.Count - spanAt));
        }

        return draft;
    }

    private static void ReadSpans(ref SpoolFieldReader reader, List<ContentSpan> spans)
    {
        for (var left = reader.Count(MaxItems); left > 0 && !reader.Failed; left--)
            spans.Add(new ContentSpan(reader.Number(), reader.Count(int.MaxValue), reader.Text() ?? "", reader.Text()));
    }

    private static DateTimeOffset ReadTime(ref SpoolFieldReader reader) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(reader.Number(), 0, 253402300799999));
}
