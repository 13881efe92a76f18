using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace K8sRecorder.Testing.Recordings;

/// <summary>Checks the lines of a session's chunks and puts the content of records together.</summary>
internal sealed class ChunkCheck(string session, byte[] salt, List<CheckedRecord> records, List<string> problems)
{
    private static readonly string[] ContentFields = ["run", "head", "trailers", "name", "answers", "options", "authority"];

    private readonly Dictionary<long, byte[]> _parts = [];
    private readonly Dictionary<long, byte[]> _chunkParts = [];
    private readonly List<byte[]> _leaves = [];

    public void Read(string[] lines)
    {
        _chunkParts.Clear();
        foreach (var line in lines.Where(line => line.StartsWith("{\"part\"", StringComparison.Ordinal)))
        {
            using var document = JsonDocument.Parse(line);
            var bytes = document.RootElement.TryGetProperty("text", out var text)
                ? Encoding.UTF8.GetBytes(text.GetString()!)
                : document.RootElement.GetProperty("base64").GetBytesFromBase64();
            Expect(_chunkParts.TryAdd(document.RootElement.GetProperty("part").GetInt64(), bytes), "a part twice in a chunk");
        }

        foreach (var line in lines.Where(line => line.StartsWith("{\"seq\"", StringComparison.Ordinal)))
            ReadRecord(line);
        Expect(_chunkParts.Count == 0, "content lines without a record");
    }

    /// <summary>RFC 6962 §2.1, word for word.</summary>
    public string Root(int size) => Convert.ToHexStringLower(Hash(0, size));

    private byte[] Hash(int from, int count)
    {
        if (count == 0)
            return SHA256.HashData([]);
        if (count == 1)
            return SHA256.HashData([0, .. _leaves[from]]);
        var left = 1;
        while (left * 2 < count)
            left *= 2;
        return SHA256.HashData([1, .. Hash(from, left), .. Hash(from + left, count - left)]);
    }

    private void ReadRecord(string line)
    {
        using var document = JsonDocument.Parse(line);
        var fields = document.RootElement.Clone();
        Expect(fields.GetProperty("seq").GetInt64() == records.Count, "seq");
        _leaves.Add(Encoding.UTF8.GetBytes(line + "\n"));
        var content = new Dictionary<string, byte[]>();
        foreach (var field in fields.EnumerateObject())
        {
            if (ContentFields.Contains(field.Name))
                content[field.Name] = Resolve(field.Value);
            if (field.Name == "body")
                content["body"] = ResolveBody(fields, field.Value);
        }

        if (fields.TryGetProperty("masked", out var masked))
        {
            foreach (var span in masked.EnumerateArray())
                CheckMasked(span);
        }

        records.Add(new CheckedRecord(line, fields, content));
    }

    private byte[] ResolveBody(JsonElement fields, JsonElement body)
    {
        var bytes = Resolve(body.GetProperty("parts"));
        if (fields.TryGetProperty("events", out var events))
            Expect(events.EnumerateArray().Where((_, i) => i % 2 == 0).Sum(item => item.GetInt64()) == bytes.Length, "events");
        return bytes;
    }

    private void CheckMasked(JsonElement span)
    {
        var part = _parts[span.GetProperty("part").GetInt64()];
        var (at, length) = (span.GetProperty("at").GetInt32(), span.GetProperty("len").GetInt32());
        Expect(at >= 0 && at + length <= part.Length, "masked span outside its part");
        Expect(Encoding.UTF8.GetString(part, at, length) == $"[MASKED:{span.GetProperty("detector").GetString()}]", "no marker at a masked span");
    }

    private byte[] Resolve(JsonElement list)
    {
        var bytes = new List<byte>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Number)
                bytes.AddRange(_parts[item.GetInt64()]);
            else if (item.ValueKind == JsonValueKind.String)
            {
                var range = item.GetString()!.Split('-');
                for (var part = long.Parse(range[0], null); part <= long.Parse(range[1], null); part++)
                    bytes.AddRange(_parts[part]);
            }
            else
                bytes.AddRange(Stored(item));
        }

        return [.. bytes];
    }

    private byte[] Stored(JsonElement item)
    {
        var part = item[0].GetInt64();
        Expect(part == _parts.Count, $"part {part}, {_parts.Count} expected");
        if (!_chunkParts.Remove(part, out var bytes))
        {
            problems.Add($"{session}: no content line for part {part}");
            return [];
        }

        Expect(bytes.Length == item[1].GetInt32(), "part length");
        Expect(Convert.ToBase64String(SHA256.HashData([.. salt, .. bytes])) == item[2].GetString(), "part digest");
        _parts[part] = bytes;
        return bytes;
    }

    private void Expect(bool condition, string problem)
    {
        if (!condition)
            problems.Add($"{session}: {problem}, record {records.Count}");
    }
}
