using System.Text.Json;

namespace K8sRecorder.Recording.Reading;

/// <summary>
/// Takes the stored bytes of a chunk apart into its lines. Total and bounded (<see cref="ReadLimits"/>): whatever the bytes are, the answer is a
/// chunk with findings. It looks at one chunk's form only; what the chunk means beside others is the verifier's.
/// </summary>
public static class ChunkReader
{
    private const int MaxFindings = 100;

    /// <summary>Reads a chunk.</summary>
    /// <param name="stored">The stored bytes.</param>
    /// <param name="key">The object's key, for findings.</param>
    public static ParsedChunk Read(ReadOnlyMemory<byte> stored, string? key = null)
    {
        var plain = Gunzip.TryRead(stored, ReadLimits.PlainBytes, out var length, out var problem);
        if (plain is null)
        {
            var empty = new ParsedChunk([], 0);
            empty.FindingList.Add(new Finding(problem, problem == FindingCode.NotGzip ? "the chunk does not gunzip" : "the chunk is larger than a chunk may be") { Key = key });
            return empty;
        }

        var chunk = new ParsedChunk(plain, length);
        ReadLines(chunk, key);
        return chunk;
    }

    private static void ReadLines(ParsedChunk chunk, string? key)
    {
        var at = 0;
        for (var line = 0; at < chunk.PlainLength; line++)
        {
            var length = chunk.Plain[at..].IndexOf((byte)'\n');
            var problem = length < 0 ? "the chunk's last line does not end"
                : length > ReadLimits.LineBytes ? "a line is longer than a line may be"
                : line == 0 ? ReadHeader(chunk, chunk.Plain.Slice(at, length))
                : ReadLine(chunk, at, length);
            if (problem is not null)
            {
                var code = length > ReadLimits.LineBytes ? FindingCode.TooLarge
                    : length >= 0 && chunk.Plain[at..].StartsWith("{\"seq\":"u8) ? FindingCode.RecordSyntax
                    : FindingCode.LineSyntax;
                chunk.FindingList.Add(new Finding(code, $"{problem} (line {line + 1})") { Key = key });
            }

            if (length < 0 || chunk.FindingList.Count >= MaxFindings)
                break;
            at += length + 1;
        }

        if (chunk.PlainLength == 0)
            chunk.FindingList.Add(new Finding(FindingCode.LineSyntax, "the chunk is empty") { Key = key });
        else if (chunk.Session.Length > 0 && (chunk.HeadList.Count == 0 || chunk.HeadList[^1].RecordsBefore < chunk.RecordList.Count))
            chunk.FindingList.Add(new Finding(FindingCode.UnsignedRecords, "no head stands behind the chunk's last record") { Key = key });
    }

    private static string? ReadHeader(ParsedChunk chunk, ReadOnlySpan<byte> line)
    {
        const string Problem = "the first line is not a chunk's header";
        if (!FormatText.IsCanonical(line))
            return Problem;
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 4 });
            reader.Read();
            if (Next(ref reader, "format"u8) != "k8srecorder/1" || Next(ref reader, "session"u8) is not { } session)
                return Problem;
            if (!reader.Read() || !reader.ValueTextEquals("firstSeq"u8) || !reader.Read() || reader.TokenType != JsonTokenType.Number
                || !reader.TryGetInt64(out var firstSeq) || firstSeq < 0 || Next(ref reader, "previous"u8) is not { } previous)
                return Problem;
            while (reader.Read())
            {
                // Fields that a later minor version adds are left alone.
            }

            (chunk.Session, chunk.FirstSeq, chunk.Previous) = (session, firstSeq, previous);
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Problem;
        }
    }

    private static string? Next(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read()
        && reader.TokenType == JsonTokenType.String
            ? reader.GetString()
            : null;

    private static string? ReadLine(ParsedChunk chunk, int start, int length)
    {
        var line = chunk.Plain.Slice(start, length);
        if (line.StartsWith("{\"part\":"u8))
            return ReadContent(chunk, start, line);
        if (line.StartsWith("{\"seq\":"u8))
            return RecordScanner.TryScan(chunk, start, length);
        if (!line.StartsWith("{\"head\":"u8))
            return "a line is neither a record, nor content, nor a head";
        if (SignedHead.TryParse(line) is not { } head)
            return "a head is not in the form of one";
        chunk.HeadList.Add(head with { RecordsBefore = chunk.RecordList.Count });
        return null;
    }

    // {"part":3,"text":"…"} or {"part":3,"base64":"…"}, by hand: these lines are most of a chunk.
    private static string? ReadContent(ParsedChunk chunk, int start, ReadOnlySpan<byte> line)
    {
        const string Problem = "a content line is not in the form of one";
        var at = "{\"part\":".Length;
        var digits = FormatText.Number(line[at..], out var part);
        if (digits == 0)
            return Problem;
        at += digits;
        var isBase64 = line[at..].StartsWith(",\"base64\":\""u8);
        if (!isBase64 && !line[at..].StartsWith(",\"text\":\""u8))
            return Problem;
        at += isBase64 ? ",\"base64\":\"".Length : ",\"text\":\"".Length;
        if (line.Length < at + 2 || !line.EndsWith("\"}"u8))
            return Problem;
        chunk.ContentList.Add(new ContentLine(part, start + at, line.Length - 2 - at, isBase64));
        return null;
    }
}
