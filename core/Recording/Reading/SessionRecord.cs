using System.Text;
using System.Text.Json;

namespace K8sRecorder.Recording.Reading;

/// <summary>One record. Its fields are structure; what an agent or target wrote is behind <see cref="Content"/>.</summary>
public sealed class SessionRecord
{
    private JsonElement? _json;

    internal SessionRecord(SessionReader session, string chunk, RecordLine line, string kind, byte[] bytes)
    {
        Session = session;
        Chunk = chunk;
        (Seq, At, Channel, Kind, Line) = (line.Seq, line.At, line.Channel, kind, bytes);
    }

    /// <summary>Its session.</summary>
    public SessionReader Session { get; }

    /// <summary>The name of its chunk.</summary>
    public string Chunk { get; }

    /// <summary>Its number.</summary>
    public long Seq { get; }

    /// <summary>Its time.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Its kind.</summary>
    public string Kind { get; }

    /// <summary>Its channel; null on records of the session itself.</summary>
    public long? Channel { get; }

    /// <summary>The line as it stands, without its line feed.</summary>
    public ReadOnlyMemory<byte> Line { get; }

    /// <summary>The line as JSON; an empty object where it is none.</summary>
    public JsonElement Json => _json ??= Kind.Length == 0 ? Empty() : Parse();

    /// <summary>A field's text, or null where there is none.</summary>
    public string? Text(string field) => Field(field) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A field's number, or null where there is none.</summary>
    public long? Number(string field) =>
        Field(field) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>Whether a field is there and true.</summary>
    public bool Flag(string field) => Field(field) is { ValueKind: JsonValueKind.True };

    /// <summary>A field, or null where there is none.</summary>
    public JsonElement? Field(string field) => Json.TryGetProperty(field, out var value) ? value : null;

    /// <summary>
    /// The content of a field: of <c>head</c>, <c>run</c>, <c>trailers</c>, <c>name</c>, <c>answers</c>, <c>options</c>, or of an object with
    /// <c>parts</c> such as <c>body</c>. Null where the record has none.
    /// </summary>
    public ContentReference? Content(string field) => Field(field) switch
    {
        { ValueKind: JsonValueKind.Array } list => new ContentReference(Ranges(list)),
        { ValueKind: JsonValueKind.Object } body when body.TryGetProperty("parts", out var list) => Body(body, Ranges(list)),
        _ => null,
    };

    /// <summary>Whether the body of this record goes on in a later one.</summary>
    public bool BodyGoesOn => Field("body") is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("more", out var more)
        && more.ValueKind == JsonValueKind.True;

    private ContentReference Body(JsonElement body, List<PartRange> parts) => new(
        parts, Session.LengthOf(parts), NumberOf(body, "wire"),
        body.TryGetProperty("coding", out var coding) && coding.ValueKind == JsonValueKind.String ? coding.GetString() : null);

    private static long? NumberOf(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static List<PartRange> Ranges(JsonElement list)
    {
        var ranges = new List<PartRange>();
        if (list.ValueKind != JsonValueKind.Array)
            return ranges;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var number))
                ranges.Add(new PartRange(number, number));
            else if (item.ValueKind == JsonValueKind.String && RecordScanner.TryRange(Encoding.UTF8.GetBytes(item.GetString()!), out var range))
                ranges.Add(range);
            else if (item.ValueKind == JsonValueKind.Array && item.GetArrayLength() == 3 && item[0].ValueKind == JsonValueKind.Number
                && item[0].TryGetInt64(out var stored))
                ranges.Add(new PartRange(stored, stored));
        }

        return ranges;
    }

    private JsonElement Parse()
    {
        try
        {
            var reader = new Utf8JsonReader(Line.Span, new JsonReaderOptions { MaxDepth = ReadLimits.Depth });
            return JsonElement.ParseValue(ref reader) is { ValueKind: JsonValueKind.Object } json ? json : Empty();
        }
        catch (JsonException)
        {
            // A hostile line; the chunk's findings name it.
            return Empty();
        }
    }

    private static JsonElement Empty()
    {
        var reader = new Utf8JsonReader("{}"u8);
        return JsonElement.ParseValue(ref reader);
    }
}
