using System.Text.Json;
using K8sRecorder.Integration.Canaries;
using K8sRecorder.Integration.Capture;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.InsideTls;

/// <summary>
/// A pod whose agents speak to models and tools over TLS, by the clients that people use, all at the same time. When that is done, the sidecar has
/// ended and everything is in the store; nothing is sealed before, so that a message of a WebSocket is one record.
/// </summary>
public sealed class InsideCapture() : CapturePod(
    "unmatched: Record, uninterceptable: RecordMetadata",
    interval: "60s",
    targets: ["{ name: models, hosts: [ models.target.test ], ports: [ 443 ], protocol: HTTP }"])
{
    private readonly Dictionary<string, (int ExitCode, string Said)> _runs = [];

    internal CanaryCage Cage { get; } = new(seed: 40);

    /// <summary>Everything that was recorded.</summary>
    public IReadOnlyList<SessionRecord> Records { get; private set; } = [];

    /// <summary>What a client printed, a line of JSON for each thing that it tried.</summary>
    public List<JsonElement> Said(string script)
    {
        var (exitCode, said) = _runs[script];
        Assert.True(exitCode == 0, said);
        return [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    protected override async Task UseAsync()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = (folder["server.crt"], folder["server.key"]);
        World.Authority.Certify(certificate, key, "models.target.test");
        await using var server = await NodeProcess.ServeAsync(
            World.Network, new Dictionary<string, string> { ["TLS_CERTIFICATE"] = certificate, ["TLS_KEY"] = key }, "tests/node/target-server.mjs", $"{World.Models}:443");
        await Task.WhenAll(
            RunAsync("realtime", ("OPENAI_BASE_URL", "https://models.target.test/v1"), ("API_KEY", Cage.OpenAiKey("realtime key")),
                ("SECRETS", $"{Cage.AnthropicKey("realtime")},{Cage.SlackToken("realtime, compressed")}")));
        await Sidecar.StopWhenShippedAsync();
        Records = await RecordsAsync();
    }

    private async Task RunAsync(string script, params (string Name, string Value)[] variables)
    {
        var run = await RunAsync("node", [Path.Combine(NodeProcess.Root, $"tests/node/{script}.mjs")],
            [.. variables, ("NODE_EXTRA_CA_CERTS", Bundle(TrustBundle.PemName)), ("NODE_NO_WARNINGS", "1")]);
        lock (_runs)
            _runs[script] = run;
    }
}
