using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// A record being built: structure fields, which become the leaf, and content fields, which become parts. Fields are written in the order
/// they are set in, so set them in the order of docs/recording-format.md. A draft is used once, by one thread; handing it to
/// <see cref="RecordingSession.AppendAsync"/> or <see cref="RecordingSession.Begin"/> gives it away (it is pooled and cleared).
/// Get one from <see cref="RecordingSession.NewDraft"/>.
/// </summary>
public sealed class RecordDraft
{
    /// <summary>Most bytes of content one call takes: what escaping can make of it must stay far below a chunk's bound.</summary>
    public const int MaxContent = 4 << 20;

    // what a pooled draft keeps of either buffer
    private const int KeptBytes = 16 << 10;

    // The content length that the record states and where it stands in the fields; -1 where it states none.
    private long _length = -1;
    private int _lengthAt;
    private int _lengthEnd;

    /// <summary>Starts a record.</summary>
    /// <param name="kind">Dotted kind: a constant of the caller, never something an agent wrote.</param>
    /// <param name="channel">Channel number, or 0 where the record belongs to the session itself.</param>
    /// <param name="at">When it happened.</param>
    public RecordDraft(string kind, long channel, DateTimeOffset at) => Reuse(kind, channel, at);

    /// <summary>Dotted kind.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>Channel number; 0 where the record belongs to the session itself.</summary>
    public long Channel { get; private set; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The fields as JSON, each with its comma before it, without the part lists.</summary>
    internal PooledBytes Fields { get; } = new();

    internal PooledBytes Text { get; } = new();

    internal List<DraftContent> Contents { get; } = [];

    internal List<long> Cuts { get; } = [];

    internal List<ContentSpan> Spans { get; } = [];

    /// <summary>About how much the record will take in the spool.</summary>
    internal int Weight => 160 + Fields.Length + Text.Length + (Spans.Count * 64);

    /// <summary>Sets a structure field. The value stands in the leaf and can never be erased: no text of agents or targets.</summary>
    public void Set(string name, string value)
    {
        JsonText.WriteName(Fields, name);
        JsonText.WriteString(Fields, value);
    }

    /// <summary>Sets a structure field to a number.</summary>
    public void Set(string name, long value)
    {
        var at = Fields.Length;
        JsonText.WriteName(Fields, name);
        JsonText.WriteNumber(Fields, value);
        if (name == "length")
            (_length, _lengthAt, _lengthEnd) = (value, at, Fields.Length);
    }

    /// <summary>Sets a structure field to a truth value.</summary>
    public void Set(string name, bool value)
    {
        JsonText.WriteName(Fields, name);
        Fields.Write(value ? "true"u8 : "false"u8);
    }

    /// <summary>Sets a structure field to a time.</summary>
    public void Set(string name, DateTimeOffset value)
    {
        JsonText.WriteName(Fields, name);
        JsonText.WriteTime(Fields, value);
    }

    /// <summary>Sets a content field (<c>head</c>, <c>run</c>, <c>trailers</c>, <c>name</c>, <c>answers</c>, <c>options</c>): the bytes become parts, the record gets the part list.</summary>
    /// <param name="name">Name of the field.</param>
    /// <param name="masked">The masked bytes; copied.</param>
    /// <param name="spans">What was masked, offsets from the start of <paramref name="masked"/>; ascending.</param>
    public void SetContent(string name, ReadOnlySpan<byte> masked, IReadOnlyList<ContentSpan>? spans = null)
    {
        JsonText.WriteName(Fields, name);
        AddContent(masked, spans, Cuts.Count);
    }

    /// <summary>Sets <c>body</c> to a whole body that is already here. For one that arrives in pieces see <see cref="RecordingSession.Begin"/>.</summary>
    /// <param name="masked">The masked bytes; copied.</param>
    /// <param name="spans">What was masked; ascending.</param>
    /// <param name="wireBytes">Bytes on the wire; written where they differ from the masked size.</param>
    /// <param name="coding">Content coding of the wire form, where decoding succeeded.</param>
    /// <param name="cutter">Says where the body is cut; null: one part.</param>
    public void SetBody(
        ReadOnlySpan<byte> masked, IReadOnlyList<ContentSpan>? spans, long wireBytes, string? coding = null, IBodyCutter? cutter = null)
    {
        BeginBody(masked.Length, wireBytes, coding);
        var cutAt = Cuts.Count;
        cutter?.Push(masked, Cuts);
        AddContent(masked, spans, cutAt);
        EndBody(more: false);
    }

    internal void BeginBody(long size, long wireBytes, string? coding)
    {
        if (wireBytes == _length)
            DropLength();
        Fields.Write(",\"body\":{"u8);
        if (wireBytes != size)
        {
            Fields.Write("\"wire\":"u8);
            JsonText.WriteNumber(Fields, wireBytes);
            Fields.WriteByte((byte)',');
        }

        if (coding is not null)
        {
            Fields.Write("\"coding\":"u8);
            JsonText.WriteString(Fields, coding);
            Fields.WriteByte((byte)',');
        }

        Fields.Write("\"parts\":"u8);
    }

    internal void EndBody(bool more) => Fields.Write(more ? ",\"more\":true}"u8 : "}"u8);

    /// <summary>Makes the draft new.</summary>
    internal void Reuse(string kind, long channel, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(kind);
        (Kind, Channel, At) = (kind, channel, at);
    }

    /// <summary>Clears the draft for the pool.</summary>
    internal void Clear()
    {
        _length = -1;
        Fields.Reset(KeptBytes);
        Text.Reset(KeptBytes);
        Contents.Clear();
        Cuts.Clear();
        Spans.Clear();
    }

    /// <summary>Appends all fields of another draft, e.g. those that follow a body.</summary>
    internal void Append(RecordDraft other)
    {
        var (fields, text, cuts, spans) = (Fields.Length, Text.Length, Cuts.Count, Spans.Count);
        Fields.Write(other.Fields.Span);
        Text.Write(other.Text.Span);
        Cuts.AddRange(other.Cuts);
        Spans.AddRange(other.Spans);
        foreach (var content in other.Contents)
        {
            Contents.Add(content with
            {
                FieldAt = content.FieldAt + fields,
                TextAt = content.TextAt + text,
                CutAt = content.CutAt + cuts,
                SpanAt = content.SpanAt + spans,
            });
        }
    }

    /// <summary>Adds a content field whose name is written; its cuts and spans are in the lists from these places on.</summary>
    internal void AddContent(ReadOnlySpan<byte> masked, int cutAt, int spanAt)
    {
        Contents.Add(new DraftContent(Fields.Length, Text.Length, masked.Length, cutAt, Cuts.Count - cutAt, spanAt, Spans.Count - spanAt));
        Text.Write(masked);
    }

    /// <summary>The body says it: a content length that is the body's size on the wire is not written.</summary>
    private void DropLength()
    {
        var by = _lengthEnd - _lengthAt;
        Fields.Remove(_lengthAt, by);
        for (var i = 0; i < Contents.Count; i++)
        {
            if (Contents[i].FieldAt > _lengthAt)
                Contents[i] = Contents[i] with { FieldAt = Contents[i].FieldAt - by };
        }

        _length = -1;
    }

    private void AddContent(ReadOnlySpan<byte> masked, IReadOnlyList<ContentSpan>? spans, int cutAt)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(masked.Length, MaxContent);
        var spanAt = Spans.Count;
        if (spans is not null)
            Spans.AddRange(spans);
        AddContent(masked, cutAt, spanAt);
    }
}
