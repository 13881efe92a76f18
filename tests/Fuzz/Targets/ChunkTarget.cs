using System.Text;
using System.Text.Json;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// Chunks: the first byte says whether the rest is a stored object or plain lines to be packed. A chunk without findings is what a full JSON
/// parser reads too, and content decodes to what that parser says.
/// </summary>
internal sealed class ChunkTarget : FuzzTarget
{
    private const int MostFindings = 102;

    public override string Name => "chunk";

    public override string Subject => "ChunkReader, RecordScanner, SignedHead, Gunzip: one chunk's bytes";

    public override int MaxLength => 16 * 1024;

    public override IEnumerable<string> Dictionary =>
    [
        "{\"part\":", ",\"text\":\"", ",\"base64\":\"", "\"}\n", "{\"seq\":", ",\"at\":\"2026-11-21T10:00:00.123Z\"", ",\"kind\":\"http.request\"", ",\"ch\":", ",\"head\":[", ",\"parts\":[",
        "\"0-5\"", ",\"masked\":[{\"part\":0,\"at\":0,\"len\":1", "{\"head\":{", "\"signature\":\"", ",\"by\":\"", "\\u0000", "\\u001f", "[0,1,\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"]",
    ];

    public override IEnumerable<byte[]> Seeds() => [[0, .. Vector.Objects[Vector.ChunkKey]], [1, .. Vector.PlainChunk]];

    // A stored object may claim and hold up to the reader's bound.
    public override long AllocationLimit(int length) => 150L << 20;

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(4);

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        var stored = input[0] % 2 == 0 ? input[1..] : Vector.Pack(input.AsSpan(1));
        measure.Begin();
        var chunk = ChunkReader.Read(stored, "key");
        measure.End();
        if (chunk.Findings.Count > MostFindings)
            throw new OracleException("findings are bounded", chunk.Findings.Count + " findings");
        if (input[0] % 2 == 1 && !chunk.Plain.SequenceEqual(input.AsSpan(1)))
            throw new OracleException("plain bytes come back", $"{chunk.PlainLength} of {input.Length - 1}");
        CheckLines(chunk);
        foreach (var content in chunk.Contents)
            CheckContent(chunk, content);
        foreach (var definition in chunk.Definitions)
        {
            if (!chunk.TryDefinition(definition.Part, out var found) || found.Part != definition.Part || definition.Length < 0)
                throw new OracleException("a definition is found by its number", definition.ToString());
            if (chunk.MaskedSpans.In(found) is null)
                throw new OracleException("spans are there", definition.ToString());
        }
    }

    private static void CheckLines(ParsedChunk chunk)
    {
        var plain = chunk.Plain;
        var before = 0;
        foreach (var record in chunk.Records)
        {
            if (record.Start < before || plain[record.Start + record.Length] != '\n' || (record.Start > 0 && plain[record.Start - 1] != '\n'))
                throw new OracleException("a record is a line", record.ToString());
            before = record.Start + record.Length + 1;
            _ = chunk.Kind(record);
        }

        if (chunk.Findings.Count > 0)
            return;
        var lines = plain.Count((byte)'\n');
        if (lines != 1 + chunk.Records.Count + chunk.Contents.Count + chunk.Heads.Count)
            throw new OracleException("every line of a sound chunk is something", $"{lines} lines");
        foreach (var record in chunk.Records)
            CheckRecord(plain.Slice(record.Start, record.Length), record);
        foreach (var head in chunk.Heads)
        {
            if (plain.IndexOf(head.SignedBytes) < 0 || head.Root.Length != 32 || head.RecordsBefore > chunk.Records.Count)
                throw new OracleException("what is signed stands in the chunk", head.ToString());
        }
    }

    private static void CheckRecord(ReadOnlySpan<byte> line, RecordLine record)
    {
        JsonElement json;
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = ReadLimits.Depth });
            json = JsonElement.ParseValue(ref reader);
            if (reader.BytesConsumed != line.Length)
                throw new OracleException("a sound record is one JSON value", Encoding.UTF8.GetString(line));
        }
        catch (JsonException broken)
        {
            throw new OracleException("a sound record is JSON", broken.Message);
        }

        if (json.GetProperty("seq").GetInt64() != record.Seq || json.GetProperty("at").GetDateTimeOffset() != record.At
            || json.GetProperty("kind").GetString()!.Length == 0 || (json.TryGetProperty("ch", out var channel) && json.EnumerateObject().ElementAt(3).Name == "ch" && channel.GetInt64() != record.Channel))
            throw new OracleException("a record says what its JSON says", Encoding.UTF8.GetString(line));
    }

    private static void CheckContent(ParsedChunk chunk, ContentLine content)
    {
        var target = new byte[content.Length];
        var length = chunk.Decode(content, target);
        var text = chunk.Plain.Slice(content.Start, content.Length);
        if (length < 0)
            return;
        if (content.IsBase64)
        {
            if (!Convert.ToBase64String(target, 0, length).AsSpan().SequenceEqual(Encoding.ASCII.GetString(text)))
                throw new OracleException("base64 has one form", Encoding.ASCII.GetString(text));
            return;
        }

        if (!System.Text.Unicode.Utf8.IsValid(text))
            return;
        var expected = JsonSerializer.Deserialize<string>([(byte)'"', .. text, (byte)'"'])!;
        if (!Encoding.UTF8.GetBytes(expected).AsSpan().SequenceEqual(target.AsSpan(0, length)))
            throw new OracleException("text decodes as JSON does", Encoding.UTF8.GetString(text));
    }
}
