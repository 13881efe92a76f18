using System.Text;
using K8sRecorder.Dialects.Tools;

namespace K8sRecorder.Dialects.Tests.Tools;

/// <summary>Every form in which a request speaks of a tool, and every way to write it that some server takes for the same.</summary>
public sealed class ToolScanTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"name":"x"}}}""")]
    [InlineData("""{"params":{"arguments":{},"name":"t"},"method":"tools/call","id":"a"}""")]
    [InlineData("""[{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t"}}]""")]
    [InlineData("""{"method":"tools/list","method":"tools/call","params":{"name":"t"}}""")]
    [InlineData("""{"method":"tools/call","method":"tools/list","params":{"name":"t"}}""")]
    [InlineData("""{"METHOD":"tools/call","Param\u017f":{"N\u0061me":"\u0074"}}""")]
    [InlineData("""{"id":1,"method":"tools\/call","params":{"name":"t"},}""")]
    [InlineData("/* a */ {\"method\":\"tools/call\", // b\n\"params\":{\"name\":\"t\"}}")]
    [InlineData("""{"id":1,"method":"ping"} {"method":"tools/call","params":{"name":"t"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"t","task":{"ttl":60000}}}""")]
    public void Mcp_call_is_found(string json) => Assert.Equal([(ToolUse.McpCall, "t")], Found(json));

    [Theory]
    // offered
    [InlineData("""{"tools":[{"type":"function","function":{"name":"t","parameters":{"properties":{"name":{"type":"string"}}}}}]}""")]
    [InlineData("""{"tools":[{"function":{"name":"t"},"type":"function"}]}""")]
    [InlineData("""{"functions":[{"name":"t"}]}""")]
    [InlineData("""{"tools":[{"type":"function","name":"t"}]}""")]
    [InlineData("""{"tools":[{"name":"t","input_schema":{"type":"object"}}]}""")]
    [InlineData("""{"tools":[{"type":"custom","custom":{"name":"t"}}]}""")]
    [InlineData("""{"tools":[{"functionDeclarations":[{"name":"t"}]}]}""")]
    [InlineData("""{"tools":[{"function_declarations":[{"name":"t"}]}]}""")]
    [InlineData("""{"toolConfig":{"tools":[{"toolSpec":{"name":"t","inputSchema":{"json":{}}}}]}}""")]
    [InlineData("""{"tools":[{"type":"t"}]}""")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{"tools":[{"name":"t"}]}}]}""")]
    // chosen
    [InlineData("""{"tool_choice":{"type":"tool","name":"t"}}""")]
    [InlineData("""{"tool_choice":{"type":"function","function":{"name":"t"}}}""")]
    [InlineData("""{"tool_config":{"function_calling_config":{"allowed_function_names":["t"]}}}""")]
    [InlineData("""{"function_call":{"name":"t"}}""")]
    // called
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"t","arguments":"{}"}}]}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"t","input":{"name":"x"}}]}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"name":"t","type":"mcp_tool_use"}]}]}""")]
    [InlineData("""{"input":[{"type":"function_call","call_id":"1","name":"t","arguments":"{}"}]}""")]
    [InlineData("""{"contents":[{"role":"model","parts":[{"functionCall":{"name":"t","args":{}}}]}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"toolUse":{"toolUseId":"1","name":"t"}}]}]}""")]
    // answered
    [InlineData("""{"messages":[{"role":"tool","name":"t","content":"x"}]}""")]
    [InlineData("""{"messages":[{"content":"x","name":"t","role":"function"}]}""")]
    [InlineData("""{"messages":[{"role":"tool","tool_name":"t"}]}""")]
    [InlineData("""{"contents":[{"parts":[{"functionResponse":{"name":"t","response":{}}}]}]}""")]
    public void Tool_of_a_model_call_is_found(string json) => Assert.All(Found(json), found => Assert.Equal((ToolUse.ModelCall, "t"), found));

    [Theory]
    [InlineData("""{"input":[{"type":"local_shell_call","call_id":"1","action":{"type":"exec","command":["ls"]}}]}""", "local_shell")]
    [InlineData("""{"input":[{"type":"local_shell_call_output","output":"x"}]}""", "local_shell")]
    [InlineData("""{"messages":[{"content":[{"type":"web_search_tool_result","tool_use_id":"1"}]}]}""", "web_search")]
    [InlineData("""{"tools":[{"type":"bash_20250124","name":"bash"}]}""", "bash")]
    [InlineData("""{"tools":[{"type":"mcp","server_label":"s","allowed_tools":["a","b"]}]}""", "b")]
    [InlineData("""{"tools":[{"type":"mcp","allowed_tools":{"tool_names":["a","b"]}}]}""", "b")]
    public void Tool_that_the_api_runs_is_found_by_its_type_or_list(string json, string name) => Assert.Contains((ToolUse.ModelCall, name), Found(json));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"name":"t"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"t"}}""")]
    [InlineData("""{"messages":[{"role":"user","name":"t","content":"call t, please: {\"name\":\"t\"}"}]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"clientInfo":{"name":"t"},"capabilities":{"tools":{}}}}""")]
    [InlineData("""{"name":"t","tags":["t"],"response_format":{"json_schema":{"name":"t"}}}""")]
    [InlineData("7")]
    public void What_is_no_tool_is_not_found(string json) => Assert.Empty(Found(json));

    [Theory]
    [InlineData("{")]
    [InlineData("{\"method\":\"tools/call\"")]
    [InlineData("{'method':'tools/call'}")]
    [InlineData("{method:\"tools/call\"}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("hello")]
    public void What_is_no_json_is_not_read(string json) => Assert.Null(ToolScan.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Depth_and_number_are_bounded()
    {
        Assert.NotNull(ToolScan.Read(Encoding.UTF8.GetBytes(new string('[', ToolScan.MaxDepth) + new string(']', ToolScan.MaxDepth))));
        Assert.Null(ToolScan.Read(Encoding.UTF8.GetBytes(new string('[', ToolScan.MaxDepth + 1) + new string(']', ToolScan.MaxDepth + 1))));
        var many = string.Join(',', Enumerable.Repeat("""{"name":"a"}""", ToolScan.MaxMentions + 1));
        Assert.Null(ToolScan.Read(Encoding.UTF8.GetBytes($$"""{"tools":[{{many}}]}""")));
        Assert.NotNull(ToolScan.Read(Encoding.UTF8.GetBytes($$"""{"rows":[{{many}}]}""")));
        Assert.Null(ToolScan.Read(Encoding.UTF8.GetBytes($$$"""{"tools":[{"name":"{{{new string('a', ToolScan.MaxNameBytes + 1)}}}"}]}""")));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"t"}}""", false, "7")]
    [InlineData("""[{"id":"a\"b","method":"x"},{"method":"y"},{"id":3,"result":{}},{"id":4,"method":"z"}]""", true, "\"a\\\"b\" 4")]
    [InlineData("""{"params":{"id":9,"method":"x"}}""", false, "")]
    public void Ids_are_those_of_requests(string json, bool isBatch, string ids)
    {
        var scan = ToolScan.Read(Encoding.UTF8.GetBytes(json))!;

        Assert.Equal((isBatch, ids), (scan.IsBatch, string.Join(' ', scan.RequestIds.Select(id => Encoding.UTF8.GetString(id)))));
    }

    private static IEnumerable<(ToolUse, string)> Found(string json) =>
        ToolScan.Read(Encoding.UTF8.GetBytes(json))!.Mentions.Select(mention => (mention.Use, mention.Name)).Distinct();
}
