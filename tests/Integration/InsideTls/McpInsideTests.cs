using System.Text.Json;
using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.InsideTls;

/// <summary>MCP in all its revisions inside captured TLS: method, tool, arguments and result are fields, and a denied tool never runs.</summary>
[Collection(SharedInside.Name)]
public sealed class McpInsideTests(InsideCapture pod)
{
    [NetworkTheory]
    [InlineData("2024-11-05")]
    [InlineData("2025-03-26")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    public void Client_of_the_sdk_is_served_and_denied(string revision)
    {
        var said = SaidOf(revision);

        Assert.Equal("""["get_weather","shell.exec"]""", said.GetProperty("tools").GetRawText());
        Assert.Equal(("Zürich: clear, 21 °C", "Oslo: clear, 21 °C"), (said.GetProperty("allowed").GetString(), said.GetProperty("again").GetString()));
        Assert.Contains("denied by rule no-shell", said.GetProperty("denied").GetProperty("message").GetString(), StringComparison.Ordinal);
        if (revision != "2024-11-05") // whose answers come by another stream
            Assert.Equal(-32010, said.GetProperty("denied").GetProperty("code").GetInt32());
    }

    [NetworkFact]
    public void Batch_with_a_denied_call_is_denied_whole()
    {
        var said = SaidOf("batch");

        Assert.Equal(["Bern: clear, 21 °C", "Ulm: clear, 21 °C"], said.GetProperty("allowed").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal([-32010, -32010], said.GetProperty("denied").EnumerateArray().Select(code => code.GetInt32()));
    }

    [NetworkFact]
    public void Stateless_revision_is_served_and_denied_over_HTTP_2()
    {
        var said = SaidOf("2026-07-28");

        Assert.Equal("""["2026-07-28"]""", said.GetProperty("discovered").GetRawText());
        Assert.Equal(("input_required", "Chur: clear, 21 °C", "Chur: clear, 21 °C"), (said.GetProperty("asked").GetString(), said.GetProperty("allowed").GetString(), said.GetProperty("again").GetString()));
        Assert.Equal((-32010, -32010), (said.GetProperty("denied").GetInt32(), said.GetProperty("hidden").GetInt32()));
        Assert.Equal("""["notifications/tools/list_changed","complete"]""", said.GetProperty("heard").GetRawText());
    }

    [NetworkFact]
    public void Denied_tool_never_ran()
    {
        var ran = SaidOf("ran").GetProperty("ran").EnumerateArray().Select(tool => tool.GetString()).ToList();

        Assert.Equal(Enumerable.Repeat("get_weather", 12), ran); // two of each of four revisions, two of a batch, two of the last
    }

    [NetworkFact]
    public async Task Method_tool_arguments_and_result_are_fields()
    {
        var calls = (await McpAsync()).Where(call => call.TryGetProperty("tool", out _)).ToList();
        var allowed = calls.Where(call => call.GetProperty("tool").GetString() == "get_weather" && !call.TryGetProperty("error", out _)).ToList();
        var denied = calls.Where(call => call.GetProperty("tool").GetString() == "shell.exec").ToList();

        Assert.All(calls, call => Assert.Equal("tools/call", call.GetProperty("method").GetString()));
        foreach (var city in new[] { "Zürich", "Oslo" })
            Assert.Equal(4, allowed.Count(call => call.GetProperty("arguments").GetString() == $$"""{"city":"{{city}}"}"""));
        // of 2024-11-05 the results are in the stream that was opened first
        Assert.Equal(3, allowed.Count(call => call.TryGetProperty("result", out var result) && result.GetString()!.Contains("Oslo: clear, 21 °C", StringComparison.Ordinal)));
        Assert.Equal(3, allowed.Count(call => call.GetProperty("arguments").GetString() == """{"city":"Chur"}"""));
        Assert.Equal(2, allowed.Count(call => call.TryGetProperty("result", out var result) && result.GetString()!.Contains("Chur: clear, 21 °C", StringComparison.Ordinal)));
        Assert.Single(allowed, call => call.TryGetProperty("result", out var result) && result.GetString()!.Contains("input_required", StringComparison.Ordinal));
        Assert.Equal(6, denied.Count(call => call.TryGetProperty("error", out var error) && error.GetProperty("code").GetInt32() == -32010 && call.GetProperty("arguments").GetString() == """{"cmd":"ls"}"""));
    }

    [NetworkFact]
    public async Task Revision_and_what_contradicts_itself_are_named()
    {
        var all = await McpAsync();

        Assert.Equal(
            ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"],
            all.Select(call => call.TryGetProperty("version", out var version) ? version.GetString() : null).OfType<string>().Distinct().Order());
        Assert.Single(all, call => call.TryGetProperty("findings", out var findings) && findings.GetRawText().Contains("Mcp-Name", StringComparison.Ordinal));
        Assert.Contains(all, call => MethodOf(call) == "server/discover");
        Assert.Contains(all, call => MethodOf(call) == "subscriptions/listen");
    }

    private static string? MethodOf(JsonElement call) => call.TryGetProperty("method", out var method) ? method.GetString() : null;

    private JsonElement SaidOf(string name) => pod.Said("mcp-revisions").Single(one => one.GetProperty("name").GetString() == name);

    private async Task<List<JsonElement>> McpAsync() =>
        [.. (await pod.Log.Value).Where(entry => entry.TryGetProperty("mcp", out _) && entry.GetProperty("target").GetString() == "tools" && !entry.GetRawText().Contains("marker-mcp", StringComparison.Ordinal)).Select(entry => entry.GetProperty("mcp"))];
}
