using System.Text;
using System.Text.Json;
using K8sRecorder.Integration.Canaries;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Grpc;

/// <summary>A real gRPC client and server (@grpc/grpc-js) through the real sidecar: what comes back is what comes back straight, and all of it is recorded.</summary>
public sealed class GrpcTests
{
    private readonly CanaryCage _cage = new(seed: 44);

    [Fact]
    public async Task All_kinds_of_calls_are_as_without_and_recorded()
    {
        var secrets = string.Join(',', _cage.AnthropicKey("first"), _cage.OpenAiKey("second"), _cage.SlackToken("third"));
        await using var server = await NodeProcess.ServeInstalledAsync("tests/node/grpc-server.mjs");
        var straight = await CallAsync($"127.0.0.1:{server.Address.Port}", secrets);
        var port = Loopback.FreePort();
        await using var sidecar = await SidecarProcess.StartAsync(Policies.OneTarget(port, server.Address));
        var recorded = await CallAsync($"127.0.0.1:{port}", secrets);
        await sidecar.StopWhenShippedAsync();

        Assert.Equal(straight, recorded);
        Assert.Contains("""{"name":"cancelled","said":"both"}""", recorded, StringComparison.Ordinal);
        var records = Recorded.Lines(sidecar.StoreFolder).ToList();
        var calls = records.Where(record => Kind(record) == "http.request").ToList();
        Assert.True(calls.Count >= 113, $"{calls.Count} calls"); // a hundred of a crowd, and the others
        // Node ends its half before it resets, and a server has the deadline, too: an answer may be there before the reset is
        var resets = records.Where(record => Kind(record) == "http.reset").ToList();
        Assert.All(resets, reset => Assert.Equal(("agent", "CANCEL"), (Text(reset, "from"), Text(reset, "code"))));
        Assert.Equal(resets.Count, records.Count(record => Kind(record) is "http.response" or "http.response.data" && Text(record, "cut") == "clientAborted"));
        Assert.InRange(resets.Count, 0, 2);
        Assert.DoesNotContain(records, record => Text(record, "cut") is "undecodable" or "targetFailed");
        Assert.Equal(2, records.Count(record => Kind(record) == "http.request" && IsInflated(record)));

        var haystack = new Haystack();
        haystack.AddFolder("store", sidecar.StoreFolder);
        haystack.AddFolder("spool", sidecar.SpoolFolder);
        haystack.Add("output", Encoding.UTF8.GetBytes(sidecar.Output));
        var leaks = _cage.ByPath.SelectMany(canary => haystack.FindAnyForm(canary.Value).Select(where => $"{canary.Key}: {where}")).ToList();
        Assert.True(leaks.Count == 0, string.Join('\n', leaks));
        foreach (var marker in new[] { "marker-unary", "marker-gzip", "marker-many", "marker-join19", "marker-talk10", "marker-zipped5", "no:%20this%20%C3%BC%20%25", "AP8KDQ", "AAH+/w" })
            Assert.True(haystack.Find(marker).Any(where => where.StartsWith("store/", StringComparison.Ordinal)), marker);
        var (exitCode, output) = await PluginProcess.RunAsync(sidecar.Store, "verify", "--trust", sidecar.Fingerprint);
        Assert.True(exitCode == 0, output);
    }

    private static Task<string> CallAsync(string target, string secrets) =>
        NodeProcess.RunAsync("tests/node/grpc-client.mjs", new Dictionary<string, string> { ["GRPC_TARGET"] = target, ["GRPC_SECRETS"] = secrets });

    private static bool IsInflated(JsonElement record) =>
        record.TryGetProperty("body", out var body) && body.TryGetProperty("coding", out var coding) && coding.GetString() == "grpc+gzip";

    private static string? Kind(JsonElement record) => Text(record, "kind");

    private static string? Text(JsonElement record, string field) => record.TryGetProperty(field, out var value) ? value.GetString() : null;
}
