using System.Text.Json;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Sdk;

/// <summary>Every case of both SDKs once straight to the model server and once through the sidecar, and the recording of the latter.</summary>
public sealed class SdkFixture : IAsyncLifetime
{
    private readonly Dictionary<string, string> _straight = [];
    private readonly Dictionary<string, string> _recorded = [];
    private SidecarProcess? _sidecar;

    public SidecarProcess Sidecar => _sidecar ?? throw new InvalidOperationException("not started");

    public string Straight(string test) => _straight[test];

    public string Recorded(string test) => _recorded[test];

    public IEnumerable<string> Cases => _straight.Keys;

    public async Task InitializeAsync()
    {
        await using var model = await NodeProcess.ServeAsync("examples/tot/model/server.mjs", "--delay", "0");
        await RunCasesAsync(model.Address, _straight);

        var port = Loopback.FreePort();
        _sidecar = await SidecarProcess.StartAsync(Policies.OneTarget(port, model.Address));
        try
        {
            await RunCasesAsync(new Uri($"http://127.0.0.1:{port}"), _recorded);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException(_sidecar.Output, e);
        }
        await _sidecar.StopWhenShippedAsync();
    }

    public async Task DisposeAsync()
    {
        if (_sidecar is not null)
            await _sidecar.DisposeAsync();
    }

    private static async Task RunCasesAsync(Uri address, Dictionary<string, string> results)
    {
        var root = address.ToString().TrimEnd('/');
        var environment = new Dictionary<string, string>
        {
            ["OPENAI_BASE_URL"] = root + "/v1",
            ["OPENAI_API_KEY"] = "sk-test-not-a-real-key",
            ["ANTHROPIC_BASE_URL"] = root,
            ["ANTHROPIC_API_KEY"] = "sk-ant-test-not-a-real-key",
        };
        foreach (var sdk in new[] { "openai", "anthropic" })
            foreach (var line in (await NodeProcess.RunAsync($"tests/node/{sdk}.mjs", environment)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var parsed = JsonDocument.Parse(line);
                results[$"{sdk}.{parsed.RootElement.GetProperty("name").GetString()}"] = line;
            }
    }
}
