using System.Text.Json;

namespace K8sRecorder.Integration.Mcp;

/// <summary>MCP by the official SDK: calls pass and are recorded, a denied one is a clean error of the client's and never runs.</summary>
public sealed class McpTests(McpFixture mcp) : IClassFixture<McpFixture>
{
    [Theory]
    [InlineData("streamable")]
    [InlineData("sse")]
    public void Allowed_tool_answers_before_and_after_a_denied_one(string transport)
    {
        var seen = mcp.Seen(transport);

        Assert.Equal("""["get_weather","shell.exec"]""", seen.GetProperty("tools").GetRawText());
        Assert.Equal(("Zürich: clear, 21 °C", "Oslo: clear, 21 °C"), (seen.GetProperty("allowed").GetString(), seen.GetProperty("again").GetString()));
    }

    [Fact]
    public void Denied_tool_is_an_error_of_the_protocol()
    {
        var denied = mcp.Seen("streamable").GetProperty("denied");

        Assert.Equal(("McpError", -32010), (denied.GetProperty("error").GetString(), denied.GetProperty("code").GetInt32()));
        Assert.Contains("k8srecorder: denied by rule no-shell of the policy", denied.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Denied_tool_fails_at_once_over_the_older_transport() =>
        Assert.Contains("denied by rule no-shell", mcp.Seen("sse").GetProperty("denied").GetProperty("message").GetString(), StringComparison.Ordinal);

    [Fact]
    public void Denied_tool_never_ran() => Assert.Equal("""["get_weather","get_weather","get_weather","get_weather"]""", mcp.Ran);

    [Fact]
    public async Task Recording_is_sound_and_complete()
    {
        var (exitCode, output) = await PluginProcess.RunAsync(mcp.Sidecar.Store, "verify", "--trust", mcp.Sidecar.Fingerprint);

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Plugin_names_method_tool_arguments_result_and_error()
    {
        var entries = await JsonAsync("log", "latest");
        var calls = entries.Where(entry => entry.TryGetProperty("mcp", out var found) && found.TryGetProperty("tool", out _)).Select(entry => entry.GetProperty("mcp")).ToList();

        Assert.Equal(["get_weather", "shell.exec", "get_weather", "get_weather", "shell.exec", "get_weather"], calls.Select(call => call.GetProperty("tool").GetString()));
        Assert.Equal(("tools/call", """{"city":"Zürich"}"""), (calls[0].GetProperty("method").GetString(), calls[0].GetProperty("arguments").GetString()));
        Assert.Contains("Zürich: clear, 21 °C", calls[0].GetProperty("result").GetString(), StringComparison.Ordinal);
        Assert.Equal(-32010, calls[1].GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(2, entries.Count(entry => entry.GetProperty("type").GetString() == "guard.denied" && entry.GetProperty("rule").GetString() == "no-shell"));
    }

    [Fact]
    public async Task List_and_transcript_show_the_tool()
    {
        var rows = await JsonAsync("list");
        Assert.Contains(rows, row => row.GetProperty("text").GetString() == """mcp tools/call shell.exec {"cmd":"ls"}"""
            && row.GetProperty("mcp").GetProperty("tool").GetString() == "shell.exec" && row.GetProperty("mcp").GetProperty("method").GetString() == "tools/call");

        var (_, log) = await PluginProcess.RunAsync(mcp.Sidecar.Store, "log", "latest");
        Assert.Contains("""get_weather {"city":"Zürich"}""", log, StringComparison.Ordinal);
        Assert.Contains("Oslo: clear, 21 °C", log, StringComparison.Ordinal);
        Assert.Contains("denied by no-shell", log, StringComparison.Ordinal);
    }

    private async Task<List<JsonElement>> JsonAsync(params string[] arguments)
    {
        var (exitCode, output) = await PluginProcess.RunAsync(mcp.Sidecar.Store, [.. arguments, "-o", "json"]);
        Assert.True(exitCode == 0, output);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
