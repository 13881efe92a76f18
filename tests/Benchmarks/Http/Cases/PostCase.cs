using System.Text;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Cases;

/// <summary>A POST of 2 KiB of JSON with an API key; no two bodies are the same, so every one is stored.</summary>
internal sealed class PostCase() : BenchCase("post")
{
    private const int Bodies = 64;
    private const int Size = 2048;

    public override IReadOnlyList<byte[]> Requests { get; } = [.. Enumerable.Range(1, Bodies).Select(seed => Request(new Random(seed)))];

    public override string Locations(TemporaryFolder folder) =>
        """
                    location /v1/orders { return 201 '{"id":4712,"status":"accepted","links":{"self":"/v1/orders/4712"}}'; }
        """;

    private static byte[] Request(Random random)
    {
        var items = string.Join(
            ',',
            Enumerable.Range(0, 8).Select(_ =>
                $$"""{"sku":"{{(char)random.Next('A', 'Z')}}-{{random.Next(1000)}}","count":{{random.Next(1, 9)}},"price":"{{random.Next(1000)}}.90","title":"{{Prose.Text(random, 40)}}"}"""));
        var start = $$"""{"serial":"{{Serial}}","customer":"c-{{random.Next(10000)}}","items":[{{items}}],"note":" """.TrimEnd();
        var note = Prose.Text(random, Size - start.Length - 2);
        return Request(
            "POST /v1/orders HTTP/1.1",
            ["Content-Type: application/json", "Accept: application/json", "User-Agent: agent/1.0", $"Authorization: Bearer {Prose.Key(random)}", $"Content-Length: {Size}"],
            Encoding.ASCII.GetBytes($"{start}{note}\"}}"));
    }
}
