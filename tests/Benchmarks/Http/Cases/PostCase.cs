using System.Text;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Cases;

/// <summary>A POST of 2 KiB of JSON with an API key; no two bodies are the same, so every one is stored.</summary>
internal sealed class PostCase() : BenchCase("post")
{
    private const int Bodies = 64;
    private const int Size = 2048;

    private static readonly string[] Words =
        ("account address agent amount answer approve arrival balance bank booking branch cancel carrier change claim city contract country credit "
         + "customer date delay delivery deposit destination email error estimate exchange fare flight gate hotel identity invoice item journey key "
         + "limit list member message model name night number offer order payment person phone place plan price product question rate reason record "
         + "refund region request result room route seat service station status store street tax team ticket time total travel update upgrade user").Split(' ');

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
                $$"""{"sku":"{{(char)random.Next('A', 'Z')}}-{{random.Next(1000)}}","count":{{random.Next(1, 9)}},"price":"{{random.Next(1000)}}.90","title":"{{Text(random, 40)}}"}"""));
        var start = $$"""{"serial":"{{Serial}}","customer":"c-{{random.Next(10000)}}","items":[{{items}}],"note":" """.TrimEnd();
        var note = Text(random, Size - start.Length - 2);
        return Request(
            "POST /v1/orders HTTP/1.1",
            ["Content-Type: application/json", "Accept: application/json", "User-Agent: agent/1.0", $"Authorization: Bearer {Key(random)}", $"Content-Length: {Size}"],
            Encoding.ASCII.GetBytes($"{start}{note}\"}}"));
    }

    private static string Text(Random random, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(Words[random.Next(Words.Length)]).Append(' ');
        return text.ToString(0, length);
    }

    private static string Key(Random random) =>
        new([.. Enumerable.Range(0, 48).Select(_ => "abcdefghijklmnopqrstuvwxyz0123456789"[random.Next(36)])]);
}
