using System.Text.Json;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Mcp;

/// <summary>Client and server of the official MCP SDK with the sidecar between them, whose policy denies one tool.</summary>
public sealed class McpFixture : IAsyncLifetime
{
    private readonly Dictionary<string, JsonElement> _seen = [];
    private SidecarProcess? _sidecar;

    public SidecarProcess Sidecar => _sidecar ?? throw new InvalidOperationException("not started");

    /// <summary>What the server ran.</summary>
    public string Ran { get; private set; } = "";

    /// <summary>What the client saw over a transport.</summary>
    public JsonElement Seen(string transport) => _seen[transport];

    public async Task InitializeAsync()
    {
        await using var server = await NodeProcess.ServeAsync("tests/node/mcp-server.mjs");
        var port = Loopback.FreePort();
        var policy = Policies.OneTarget(port, server.Address).Replace(
            "      upstream:", "      guard: [ { name: no-shell, deny: { tool: [ \"shell.*\" ] } } ]\n      upstream:", StringComparison.Ordinal);
        _sidecar = await SidecarProcess.StartAsync(policy);
        var output = await NodeProcess.RunAsync("tests/node/mcp.mjs", new Dictionary<string, string> { ["MCP_URL"] = $"http://127.0.0.1:{port}" });
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var seen = JsonDocument.Parse(line);
            _seen[seen.RootElement.GetProperty("name").GetString()!] = seen.RootElement.Clone();
        }
        using var straight = new HttpClient();
        Ran = await straight.GetStringAsync(new Uri(server.Address, "/ran"));
        await _sidecar.StopWhenShippedAsync();
    }

    public async Task DisposeAsync()
    {
        if (_sidecar is not null)
            await _sidecar.DisposeAsync();
    }
}
