using System.Text;

namespace K8sRecorder.Recording.Reading;

/// <summary>The lines of one chunk, taken apart but not believed. Not for use by several threads at once.</summary>
public sealed class ParsedChunk
{
    private Dictionary<long, int>? _definitionOf;
    private Dictionary<long, int>? _contentOf;
    private MaskedSpans? _maskedSpans;

    internal ParsedChunk(byte[] plain, int length) => (PlainBuffer, PlainLength) = (plain, length);

    /// <summary>The session in the header; empty where there is no readable header.</summary>
    public string Session { get; internal set; } = "";

    /// <summary>The number of the first record, as the header says.</summary>
    public long FirstSeq { get; internal set; }

    /// <summary>The name of the chunk before, as the header says.</summary>
    public string Previous { get; internal set; } = "";

    /// <summary>The plain bytes.</summary>
    public ReadOnlySpan<byte> Plain => PlainBuffer.AsSpan(0, PlainLength);

    /// <summary>The records in the order in which they stand.</summary>
    public IReadOnlyList<RecordLine> Records => RecordList;

    /// <summary>The content lines.</summary>
    public IReadOnlyList<ContentLine> Contents => ContentList;

    /// <summary>The heads.</summary>
    public IReadOnlyList<SignedHead> Heads => HeadList;

    /// <summary>Where parts are stored.</summary>
    public IReadOnlyList<PartDefinition> Definitions => DefinitionList;

    /// <summary>Where parts are referred to.</summary>
    public IReadOnlyList<PartReference> References => ReferenceList;

    /// <summary>Which spans are masked.</summary>
    public IReadOnlyList<MaskedPlace> Masked => MaskedList;

    /// <summary>What is wrong with the chunk's form.</summary>
    public IReadOnlyList<Finding> Findings => FindingList;

    /// <summary>The masked spans with detector and tag.</summary>
    internal MaskedSpans MaskedSpans => _maskedSpans ??= new MaskedSpans(this);

    internal byte[] PlainBuffer { get; private set; }

    internal int PlainLength { get; private set; }

    internal List<RecordLine> RecordList { get; } = [];

    internal List<ContentLine> ContentList { get; } = [];

    internal List<SignedHead> HeadList { get; } = [];

    internal List<PartDefinition> DefinitionList { get; } = [];

    internal List<PartReference> ReferenceList { get; } = [];

    internal List<MaskedPlace> MaskedList { get; } = [];

    /// <summary>Scratch of the record scanner, kept here so that a record costs no allocation.</summary>
    internal KeyStack Keys { get; } = new();

    internal List<Finding> FindingList { get; } = [];

    /// <summary>A record's line with its line feed: the leaf.</summary>
    public ReadOnlySpan<byte> Leaf(RecordLine record) => Plain.Slice(record.Start, record.Length + 1);

    /// <summary>A record's kind.</summary>
    public string Kind(RecordLine record) => Encoding.UTF8.GetString(KindBytes(record));

    /// <summary>A record's kind as bytes.</summary>
    public ReadOnlySpan<byte> KindBytes(RecordLine record) => Plain.Slice(record.KindAt, record.KindLength);

    /// <summary>The definition of a part, where this chunk has it; the first, where there are several.</summary>
    public bool TryDefinition(long part, out PartDefinition definition)
    {
        _definitionOf ??= IndexBy(DefinitionList, static d => d.Part);
        definition = _definitionOf.TryGetValue(part, out var at) ? DefinitionList[at] : default;
        return _definitionOf.ContainsKey(part);
    }

    /// <summary>The content line of a part, where this chunk has it; the first, where there are several.</summary>
    public bool TryContent(long part, out ContentLine content)
    {
        _contentOf ??= IndexBy(ContentList, static c => c.Part);
        content = _contentOf.TryGetValue(part, out var at) ? ContentList[at] : default;
        return _contentOf.ContainsKey(part);
    }

    /// <summary>
    /// Decodes a content line into the target, which must have room for <see cref="ContentLine.Length"/> bytes; the number of bytes, or -1
    /// where the line does not hold what the format allows.
    /// </summary>
    public int Decode(ContentLine content, Span<byte> target)
    {
        var text = Plain.Slice(content.Start, content.Length);
        if (!content.IsBase64)
            return FormatText.Unescape(text, target);
        // Only what an encoder would write: no white space, no stray bits behind the last byte.
        return !text.ContainsAny(" \t\r\n"u8)
            && System.Buffers.Text.Base64.DecodeFromUtf8(text, target, out var used, out var written) == System.Buffers.OperationStatus.Done
            && used == text.Length
                ? written
                : -1;
    }

    /// <summary>The plain buffer goes back to its pool; the lines stay countable, their bytes are gone.</summary>
    internal byte[] TakeBuffer()
    {
        var buffer = PlainBuffer;
        (PlainBuffer, PlainLength) = ([], 0);
        return buffer;
    }

    private static Dictionary<long, int> IndexBy<T>(List<T> list, Func<T, long> key)
    {
        var index = new Dictionary<long, int>(list.Count);
        for (var i = 0; i < list.Count; i++)
            index.TryAdd(key(list[i]), i);
        return index;
    }
}
