using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Benchmarks.Store;

/// <summary>One call of a model as it crosses the wire: the bodies as an SDK and the API write them.</summary>
internal sealed record ModelCall(string Path, byte[] Request, byte[] Response);

/// <summary>One agent at work on one task: its calls in order, each resending the history.</summary>
internal sealed record Conversation(string Name, IReadOnlyList<ModelCall> Calls)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public long RawBytes => Calls.Sum(c => (long)c.Request.Length + c.Response.Length);

    public static IReadOnlyList<Conversation> Load(string corpus)
    {
        var file = Path.Combine(CorporaFolder.Path ?? throw new InvalidOperationException(CorporaFolder.WhyAbsent), corpus);
        using var lines = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress), Encoding.UTF8);
        var byName = new Dictionary<string, List<ModelCall>>();
        while (lines.ReadLine() is { } line)
        {
            using var row = JsonDocument.Parse(line);
            var name = row.RootElement.GetProperty("conversation").GetString()!;
            if (!byName.TryGetValue(name, out var calls))
                byName.Add(name, calls = []);
            calls.Add(new ModelCall(
                row.RootElement.GetProperty("path").GetString()!,
                Compact(row.RootElement.GetProperty("request")),
                Compact(row.RootElement.GetProperty("response"))));
        }
        return [.. byName.Select(c => new Conversation(c.Key, c.Value))];
    }

    private static byte[] Compact(JsonElement element)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
            element.WriteTo(writer);
        return bytes.ToArray();
    }
}
