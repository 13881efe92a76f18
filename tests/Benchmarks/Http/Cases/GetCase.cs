using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Cases;

/// <summary>A small GET: what is left is the cost of an exchange itself.</summary>
internal sealed class GetCase() : BenchCase("get")
{
    public override IReadOnlyList<byte[]> Requests { get; } =
        [Request("GET /v1/orders/4711.json HTTP/1.1", ["Accept: application/json", "User-Agent: agent/1.0"], [])];

    public override string Locations(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder["v1/orders"]);
        File.WriteAllText(
            folder["v1/orders/4711.json"],
            """{"id":4711,"status":"shipped","customer":"c-2098","items":[{"sku":"A-100","count":2},{"sku":"B-207","count":1}],"total":"129.90"}""");
        return "";
    }
}
