using System.Text.Json;

namespace K8sRecorder.Recording.Reading;

/// <summary>Reads one record line into a chunk's tables, without allocation for the record itself.</summary>
internal ref struct RecordScanner
{
    private readonly ParsedChunk _chunk;
    private readonly int _start;
    private readonly int _record;
    private readonly KeyStack _keys;
    private Utf8JsonReader _reader;

    private RecordScanner(ParsedChunk chunk, int start, int length)
    {
        _chunk = chunk;
        _start = start;
        _record = chunk.RecordList.Count;
        _keys = chunk.Keys;
        _keys.Clear();
        _reader = new Utf8JsonReader(chunk.Plain.Slice(start, length), new JsonReaderOptions { MaxDepth = ReadLimits.Depth });
    }

    /// <summary>Adds the record with its parts to the chunk, or gives the problem in words. A line in error still counts as a record: it is a leaf.</summary>
    public static string? TryScan(ParsedChunk chunk, int start, int length)
    {
        var line = chunk.Plain.Slice(start, length);
        FormatText.Number(line["{\"seq\":".Length..], out var seq);
        chunk.RecordList.Add(new RecordLine(start, length, seq, default, null, start, 0));
        if (!FormatText.IsCanonical(line))
            return "a record is not in canonical form";
        chunk.RecordList.RemoveAt(chunk.RecordList.Count - 1);
        string? problem;
        try
        {
            problem = new RecordScanner(chunk, start, length).Scan(length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Utf8JsonReader tells malformed input by exception; it ends the work on this line, so a chunk has at most MaxFindings of them.
            problem = "a record is not JSON, or too deep";
        }

        if (problem is not null && (chunk.RecordList.Count == 0 || chunk.RecordList[^1].Start != start))
            chunk.RecordList.Add(new RecordLine(start, length, seq, default, null, start, 0));
        return problem;
    }

    private string? Scan(int length)
    {
        long? channel = null;
        _reader.Read();
        _keys.Enter();
        if (!Property("seq"u8) || !_reader.TryGetInt64(out var seq) || seq < 0)
            return "a record does not begin with its number";
        if (!Property("at"u8) || _reader.TokenType != JsonTokenType.String || !FormatText.TryTime(_reader.ValueSpan, out var at))
            return "a record's time is not in the form of one";
        if (!Property("kind"u8) || _reader.TokenType != JsonTokenType.String || _reader.ValueSpan.IsEmpty || _reader.ValueIsEscaped)
            return "a record has no kind";
        var kindAt = _start + (int)_reader.TokenStartIndex + 1;
        var kindLength = _reader.ValueSpan.Length;
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.PropertyName && _reader.ValueTextEquals("ch"u8))
        {
            if (!_keys.Add(_reader.ValueSpan) || !_reader.Read() || !_reader.TryGetInt64(out var number) || number < 0)
                return "a record's channel is not a number";
            channel = number;
            _reader.Read();
        }

        _chunk.RecordList.Add(new RecordLine(_start, length, seq, at, channel, kindAt, kindLength));
        return Fields();
    }

    private string? Fields()
    {
        var isPartList = false;
        while (true)
        {
            switch (_reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (!_keys.Add(_reader.ValueSpan))
                        return "a record has a key twice, or too many keys";
                    if (_reader.CurrentDepth == 1 && _reader.ValueTextEquals("masked"u8))
                    {
                        if (!MaskedSpans())
                            return "a record's masked spans are not in the form of some";
                        isPartList = false;
                        break;
                    }

                    isPartList = IsPartList();
                    break;
                case JsonTokenType.StartArray when isPartList:
                    if (!PartList())
                        return "a part list is not in the form of one";
                    isPartList = false;
                    break;
                case JsonTokenType.StartObject:
                    _keys.Enter();
                    isPartList = false;
                    break;
                case JsonTokenType.EndObject:
                    _keys.Leave();
                    break;
                default:
                    isPartList = false;
                    break;
            }

            if (!_reader.Read())
                return null;
        }
    }

    /// <summary>Where part lists stand: the named fields of the record, and <c>parts</c> of any object.</summary>
    private readonly bool IsPartList() =>
        _reader.ValueTextEquals("parts"u8)
        || (_reader.CurrentDepth == 1 && (_reader.ValueTextEquals("head"u8) || _reader.ValueTextEquals("run"u8) || _reader.ValueTextEquals("trailers"u8)
            || _reader.ValueTextEquals("name"u8) || _reader.ValueTextEquals("answers"u8) || _reader.ValueTextEquals("options"u8)
            || _reader.ValueTextEquals("authority"u8)));

    private bool PartList()
    {
        while (_reader.Read())
        {
            switch (_reader.TokenType)
            {
                case JsonTokenType.EndArray:
                    return true;
                case JsonTokenType.Number when _reader.TryGetInt64(out var part) && part >= 0:
                    _chunk.ReferenceList.Add(new PartReference(new PartRange(part, part), _record, _chunk.DefinitionList.Count));
                    break;
                case JsonTokenType.String when TryRange(_reader.ValueSpan, out var range):
                    _chunk.ReferenceList.Add(new PartReference(range, _record, _chunk.DefinitionList.Count));
                    break;
                case JsonTokenType.StartArray when Definition():
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    private bool Definition()
    {
        Span<byte> digest = stackalloc byte[32];
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out var part) || part < 0
            || !_reader.Read() || _reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out var length) || length < 0
            || !_reader.Read() || _reader.TokenType != JsonTokenType.String || _reader.ValueIsEscaped || !FormatText.TryPartDigest(_reader.ValueSpan, digest))
            return false;
        _chunk.DefinitionList.Add(new PartDefinition(part, length, _record, _start + (int)_reader.TokenStartIndex + 1));
        return _reader.Read() && _reader.TokenType == JsonTokenType.EndArray;
    }

    private bool MaskedSpans()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartArray)
            return false;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.StartObject)
        {
            if (!Bare("part"u8, out var part) || !Bare("at"u8, out var at) || !Bare("len"u8, out var length))
                return false;
            _chunk.MaskedList.Add(new MaskedPlace(part, at, length, _record));
            _keys.Enter();
            var keys = 0;
            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                if (++keys > ReadLimits.SpanKeys || !_keys.Add(_reader.ValueSpan) || _reader.ValueTextEquals("part"u8) || _reader.ValueTextEquals("at"u8) || _reader.ValueTextEquals("len"u8))
                    return false;
                _reader.Skip();
            }

            // A record has as many spans as an agent wrote secrets into a megabyte.
            _keys.LeaveItem();
            if (_reader.TokenType != JsonTokenType.EndObject)
                return false;
        }

        return _reader.TokenType == JsonTokenType.EndArray;
    }

    private bool Bare(ReadOnlySpan<byte> name, out long value)
    {
        value = 0;
        return _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName && _reader.ValueTextEquals(name) && _reader.Read()
            && _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out value) && value >= 0;
    }

    private bool Property(ReadOnlySpan<byte> name) =>
        _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName && _reader.ValueTextEquals(name) && _keys.Add(name) && _reader.Read();

    internal static bool TryRange(ReadOnlySpan<byte> text, out PartRange range)
    {
        range = default;
        var first = FormatText.Number(text, out var from);
        if (first == 0 || first >= text.Length || text[first] != '-')
            return false;
        var rest = text[(first + 1)..];
        var second = FormatText.Number(rest, out var to);
        range = new PartRange(from, to);
        return second != 0 && second == rest.Length && to > from;
    }
}
