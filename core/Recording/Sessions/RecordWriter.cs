using System.Runtime.InteropServices;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Recording.Sessions;

/// <summary>Writes a draft as a record line and its content lines. One thread at a time; the buffers hold the last record until the next.</summary>
internal sealed class RecordWriter(PartWriter parts) : IDisposable
{
    private readonly PooledBytes _masked = new();

    /// <summary>The record's line with its line feed.</summary>
    public PooledBytes Line { get; } = new();

    /// <summary>The lines of the content that the record stores.</summary>
    public PooledBytes Content { get; } = new();

    public PartWriter Parts => parts;

    /// <summary>Writes a record. Gives a number to every part it stores.</summary>
    public void Write(RecordDraft draft, long seq)
    {
        Line.Rewind();
        Content.Rewind();
        _masked.Rewind();
        Line.Write("{\"seq\":"u8);
        JsonText.WriteNumber(Line, seq);
        Line.Write(",\"at\":"u8);
        JsonText.WriteTime(Line, draft.At);
        Line.Write(",\"kind\":"u8);
        JsonText.WriteString(Line, draft.Kind);
        if (draft.Channel != 0)
        {
            Line.Write(",\"ch\":"u8);
            JsonText.WriteNumber(Line, draft.Channel);
        }

        var fields = draft.Fields.Span;
        var text = draft.Text.Span;
        var cuts = CollectionsMarshal.AsSpan(draft.Cuts);
        var spans = CollectionsMarshal.AsSpan(draft.Spans);
        var written = 0;
        foreach (var content in draft.Contents)
        {
            Line.Write(fields[written..content.FieldAt]);
            written = content.FieldAt;
            parts.Write(
                text.Slice(content.TextAt, content.TextLength), cuts.Slice(content.CutAt, content.CutCount),
                spans.Slice(content.SpanAt, content.SpanCount), Line, Content, _masked);
        }

        Line.Write(fields[written..]);
        if (_masked.Length > 0)
        {
            Line.Write(",\"masked\":["u8);
            Line.Write(_masked.Span[..^1]);
            Line.WriteByte((byte)']');
        }

        Line.Write("}\n"u8);
    }

    /// <summary>Clears what the last record left: called when the writer has nothing more to do.</summary>
    public void Clear()
    {
        Line.Reset();
        Content.Reset();
        _masked.Reset();
    }

    public void Dispose()
    {
        Line.Dispose();
        Content.Dispose();
        _masked.Dispose();
        parts.Dispose();
    }
}
