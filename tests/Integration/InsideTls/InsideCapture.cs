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
public sealed class InsideCapture : CapturePod
{
    private readonly Dictionary<string, (int ExitCode, string Said)> _runs = [];

    public InsideCapture()
        : base(
            "unmatched: Record, uninterceptable: RecordMetadata",
            interval: "60s",
            targets:
            [
                "{ name: models, hosts: [ models.target.test ], ports: [ 443 ], protocol: HTTP }",
                """
                { name: tools, hosts: [ tools.target.test ], ports: [ 443 ], protocol: HTTP, guard: [
                    { name: no-shell, deny: { tool: [ "shell.*" ] } }, { name: no-admin, deny: { path: [ "/admin/*" ] } }, { name: no-put, deny: { method: [ PUT ] } } ] }
                """,
                """{ name: sockets, hosts: [ sockets.target.test ], ports: [ 443 ], protocol: HTTP, guard: [ { name: no-socket, deny: { path: [ "/forbidden/*" ] } } ] }""",
                """{ name: calls, hosts: [ calls.target.test ], ports: [ 7446 ], protocol: HTTP, guard: [ { name: no-talk, deny: { path: [ "/test.Echo/Talk", "/test.Echo/Fails" ] } } ] }""",
            ]) =>
        Log = new(LogAsync);

    internal CanaryCage Cage { get; } = new(seed: 40);

    /// <summary>Everything that was recorded.</summary>
    public IReadOnlyList<SessionRecord> Records { get; private set; } = [];

    /// <summary>What the plugin makes of it.</summary>
    public Lazy<Task<List<JsonElement>>> Log { get; }

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
        var signing = Cage.Opaque("bedrock signing key");
        World.Authority.Certify(certificate, key, "models.target.test", "tools.target.test", "sockets.target.test", "calls.target.test");
        await using var server = await NodeProcess.ServeAsync(
            World.Network, new Dictionary<string, string> { ["TLS_CERTIFICATE"] = certificate, ["TLS_KEY"] = key, ["AWS_SECRET_ACCESS_KEY"] = signing }, "tests/node/target-server.mjs", $"{World.Models}:443");
        await using var calls = await NodeProcess.ServeAsync(
            World.Network, new Dictionary<string, string> { ["GRPC_CERTIFICATE"] = certificate, ["GRPC_KEY"] = key }, "tests/node/grpc-server.mjs", $"{World.Models}:7446");
        await Task.WhenAll(
            RunAsync("mcp-revisions", ("MCP_URL", "https://tools.target.test")),
            RunAsync("guarded", ("TOOLS_URL", "https://tools.target.test"), ("SOCKETS_URL", "https://sockets.target.test")),
            RunAsync("grpc-guarded", ("GRPC_TARGET", "calls.target.test:7446"), ("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", Bundle(TrustBundle.PemName))),
            RunAsync("realtime", ("OPENAI_BASE_URL", "https://models.target.test/v1"), ("API_KEY", Cage.OpenAiKey("realtime key")),
                ("SECRETS", $"{Cage.AnthropicKey("realtime")},{Cage.SlackToken("realtime, compressed")}")),
            RunAsync("bedrock", ("BEDROCK_URL", "https://models.target.test"), ("AWS_ACCESS_KEY_ID", Cage.AwsKey("bedrock key")), ("AWS_SECRET_ACCESS_KEY", signing),
                ("SECRETS", string.Join(',', Enumerable.Range(0, 4).Select(i => Cage.AnthropicKey($"bedrock {i}"))))));
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

    private async Task<List<JsonElement>> LogAsync()
    {
        var entries = new List<JsonElement>();
        foreach (var session in Records.Select(record => record.Session.Id).Distinct())
        {
            var (exitCode, output) = await PluginProcess.RunAsync(Sidecar.Store, "log", session, "-o", "json");
            Assert.True(exitCode == 0, output);
            entries.AddRange(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)));
        }
        return entries;
    }
}
