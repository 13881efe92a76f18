using System.Text.Json;

namespace K8sRecorder.Recording.Reading;

/// <summary>
/// The masked spans of a chunk with detector and tag, by the part they are in. Read when somebody first looks at a content of the chunk, each record
/// once; the scan of a chunk keeps only where spans are.
/// </summary>
internal sealed class MaskedSpans
{
    private readonly Dictionary<(int Record, long Part), List<MaskedText>> _spans = [];

    public MaskedSpans(ParsedChunk chunk)
    {
        foreach (var record in chunk.Masked.Select(m => m.Record).Distinct())
            Read(chunk, record);
    }

    /// <summary>The spans inside a part, offsets in the part.</summary>
    public IReadOnlyList<MaskedText> In(PartDefinition definition) => _spans.GetValueOrDefault((definition.Record, definition.Part)) ?? [];

    private void Read(ParsedChunk chunk, int record)
    {
        var line = chunk.Records[record];
        JsonElement json;
        try
        {
            var reader = new Utf8JsonReader(chunk.Plain.Slice(line.Start, line.Length), new JsonReaderOptions { MaxDepth = ReadLimits.Depth });
            json = JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            // The chunk's findings name the line.
            return;
        }

        if (!json.TryGetProperty("masked", out var spans) || spans.ValueKind != JsonValueKind.Array)
            return;
        foreach (var span in spans.EnumerateArray())
        {
            if (Number(span, "part") is not { } part || Number(span, "at") is not { } at || Number(span, "len") is not (<= int.MaxValue and var length))
                continue;
            if (!_spans.TryGetValue((record, part), out var list))
                _spans[(record, part)] = list = [];
            list.Add(new MaskedText(at, (int)length, Text(span, "detector") ?? "", Text(span, "tag")));
        }
    }

    private static long? Number(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number) && number >= 0
            ? number
            : null;

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
