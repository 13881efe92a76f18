using System.Text;
using K8sRecorder.Dialects.Exchanges;

namespace K8sRecorder.Dialects.Tests.Exchanges;

public sealed class ModelExchangeTests
{
    [Theory]
    [InlineData("/v1/chat/completions", "{}", ModelApi.OpenAiChat)]
    [InlineData("https://host/openai/deployments/d/chat/completions?api-version=1", "{}", ModelApi.OpenAiChat)]
    [InlineData("/v1/completions", "{}", ModelApi.OpenAiCompletions)]
    [InlineData("/v1/responses", "{}", ModelApi.OpenAiResponses)]
    [InlineData("/v1/embeddings", "{}", ModelApi.OpenAiEmbeddings)]
    [InlineData("/v1/messages?beta=true", "{}", ModelApi.AnthropicMessages)]
    [InlineData("/v1/projects/p/locations/l/publishers/anthropic/models/claude@1:streamRawPredict", "{}", ModelApi.AnthropicMessages)]
    [InlineData("/v1/complete", "{}", ModelApi.AnthropicComplete)]
    [InlineData("/v1beta/models/gemini:streamGenerateContent?alt=sse&key=k", "{}", ModelApi.Gemini)]
    [InlineData("/v1beta/models/gemini:batchEmbedContents", "{}", ModelApi.GeminiEmbeddings)]
    [InlineData("/v1beta/interactions", "{}", ModelApi.GeminiInteractions)]
    [InlineData("/model/m/converse-stream", "{}", ModelApi.BedrockConverse)]
    [InlineData("/model/m/invoke", "{}", ModelApi.BedrockInvoke)]
    [InlineData("/functions/f/invoke", "{}", ModelApi.Unknown)]
    [InlineData("/api/chat", "{}", ModelApi.OllamaChat)]
    [InlineData("/api/generate", "{}", ModelApi.OllamaGenerate)]
    [InlineData("/api/embeddings", "{}", ModelApi.OllamaEmbeddings)]
    [InlineData("/gateway", """{"model":"m","messages":[]}""", ModelApi.OpenAiChat)]
    [InlineData("/gateway", """{"contents":[]}""", ModelApi.Gemini)]
    [InlineData("/v1/audio/speech", """{"model":"m","input":"x"}""", ModelApi.Unknown)]
    [InlineData("/", "", ModelApi.Unknown)]
    public void Api_is_found_by_path_then_body(string target, string body, ModelApi expected) =>
        Assert.Equal(expected, Read(target, body, "").Api);

    [Theory]
    [InlineData("/v1beta/models/gemini-2.5:generateContent", "{}", "gemini-2.5")]
    [InlineData("/model/us.anthropic.claude-v1%3A0/converse", "{}", "us.anthropic.claude-v1:0")]
    [InlineData("/openai/deployments/prod-4o/chat/completions?api-version=1", "{}", "prod-4o")]
    [InlineData("/v1/chat/completions", """{"model":"m"}""", "m")]
    [InlineData("/v1beta/models/x:batchEmbedContents", """{"model":"models/y"}""", "y")]
    public void Model_is_found_in_body_or_path(string target, string body, string expected) =>
        Assert.Equal(expected, Read(target, body, "").Model);

    [Fact]
    public void Choices_are_kept_apart_also_when_streamed()
    {
        var sut = Read("/v1/chat/completions", """{"n":2}""", Sse(
            """{"choices":[{"index":1,"delta":{"content":"b1"}}]}""",
            """{"choices":[{"index":0,"delta":{"content":"a1"}}]}""",
            """{"choices":[{"index":1,"delta":{"content":"b2"},"finish_reason":"stop"}]}""",
            """{"choices":[{"index":0,"delta":{"content":"a2"},"finish_reason":"length"}]}""",
            """{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":2}}}""",
            "[DONE]"));
        Assert.Equal(["a1a2", "b1b2"], sut.Choices.Select(c => c.Text));
        Assert.Equal(["length", "stop"], sut.Choices.Select(c => c.FinishReason));
        Assert.Equal(new ModelUsage(3, 4, 2, null, null), sut.Usage);
        Assert.True(sut.IsStream);
        Assert.False(sut.IsPartial);
    }

    [Fact]
    public void Tool_calls_streamed_in_pieces_are_put_together()
    {
        var sut = Read("/v1/chat/completions", "{}", Sse(
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"a","arguments":""}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c2","function":{"name":"b","arguments":"{}"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}"""));
        Assert.Equal(
            [new(ModelPartKind.ToolCall, "{\"x\":1}", "a", "c1"), new ModelPart(ModelPartKind.ToolCall, "{}", "b", "c2")],
            Assert.Single(sut.Choices).Parts);
        Assert.False(sut.IsPartial);
    }

    [Fact]
    public void Anthropic_stream_gives_thought_text_call_and_usage()
    {
        var sut = Read("/v1/messages", "{}", Sse(
            """{"type":"message_start","message":{"model":"claude","usage":{"input_tokens":9,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"hello"}}""",
            """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"look","input":{}}}""",
            """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}""",
            """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"2}"}}""",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":20}}""",
            """{"type":"message_stop"}"""));
        Assert.Equal(
            [new(ModelPartKind.Reasoning, "hm"), new(ModelPartKind.Text, "hello"), new ModelPart(ModelPartKind.ToolCall, "{\"a\":2}", "look", "t1")],
            sut.Choices[0].Parts);
        Assert.Equal("tool_use", sut.Choices[0].FinishReason);
        Assert.Equal((9, 20), (sut.Usage!.Input, sut.Usage.Output));
        Assert.Equal("claude", sut.AnsweredBy);
        Assert.False(sut.IsPartial);
    }

    [Fact]
    public void Stream_without_its_end_is_partial()
    {
        var sut = Read("/v1/messages", "{}", Sse("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"half"}}"""));
        Assert.Equal("half", sut.Choices[0].Text);
        Assert.True(sut.IsPartial);
    }

    [Fact]
    public void Document_that_was_cut_is_read_as_far_as_it_goes()
    {
        var sut = Read("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"one"},{"role":"user","content":"tw""", "");
        Assert.Equal("m", sut.Model);
        Assert.Equal("one", Assert.Single(sut.Messages).Text);
        Assert.True(sut.IsRequestPartial);
    }

    [Fact]
    public void Error_of_the_api_is_told()
    {
        Assert.Equal("bad key", Read("/v1/chat/completions", "{}", """{"error":{"message":"bad key"}}""", 401).Error);
        Assert.Equal("status 502", Read("/v1/chat/completions", "{}", "<html>", 502).Error);
    }

    [Fact]
    public void Messages_of_each_form_are_read()
    {
        var sut = Read("/v1/chat/completions", """
            {"messages":[{"role":"system","content":"be brief"},{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:"}}]},
            {"role":"assistant","content":null,"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"42"}],
            "tools":[{"type":"function","function":{"name":"f"}}]}
            """, "");
        Assert.Equal(["system", "user", "assistant", "tool"], sut.Messages.Select(m => m.Role));
        Assert.Equal([ModelPartKind.Text, ModelPartKind.Image], sut.Messages[1].Parts.Select(p => p.Kind));
        Assert.Equal(new ModelPart(ModelPartKind.ToolCall, "{}", "f", "1"), sut.Messages[2].Parts[0]);
        Assert.Equal(new ModelPart(ModelPartKind.ToolResult, "42", null, "1"), sut.Messages[3].Parts[0]);
        Assert.Equal(["f"], sut.Tools);
        Assert.Equal("42", sut.IndexText(80));
    }

    [Theory]
    [InlineData("two\n  words\u0007 ", 80, "two words")]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abcde…")]
    [InlineData("ab😀😀", 4, "ab…")]
    [InlineData("😀😀", 1, "…")]
    [InlineData(" \n ", 5, "")]
    public void Index_text_is_one_line_and_not_longer_than_asked(string text, int max, string expected)
    {
        var body = "{\"messages\":[{\"role\":\"user\",\"content\":" + System.Text.Json.JsonSerializer.Serialize(text) + "}]}";
        var sut = Read("/v1/chat/completions", body, "");
        Assert.Equal(expected, sut.IndexText(max));
    }

    [Theory]
    [InlineData("""{"\ud800":1,"model":"\ud800x","messages":[{"role":"\udc00","content":"\ud800"}]}""")]
    [InlineData("""[[[[{"choices":[[{"delta":7}]]}]]]]""")]
    [InlineData("""{"choices":[{"index":-99999999999999999999,"message":{"content":{"a":1}}}]}""")]
    [InlineData("""{"messages":7,"tools":{"a":[]},"input":true,"contents":"x"}""")]
    [InlineData("data: {\"choices\":[{\"index\":1e400}]}\n\ndata: \n\ndata: [\n\n")]
    [InlineData("\0\0\0")]
    public void Hostile_json_is_read_without_a_fault(string text)
    {
        foreach (var target in (string[])["/v1/chat/completions", "/v1/responses", "/v1/messages", "/model/m/invoke", "/api/chat", "/x:generateContent"])
            Assert.NotNull(Read(target, text, text).IndexText(10));
    }

    [Fact]
    public void Nesting_beyond_the_limit_is_read_without_a_fault()
    {
        foreach (var text in (string[])[new('[', 5000), string.Concat(Enumerable.Repeat("{\"content\":", 5000)), string.Concat(Enumerable.Repeat("[{\"messages\":", 63))])
            Assert.NotNull(Read("/v1/chat/completions", text, text));
    }

    private static string Sse(params string[] data) => string.Concat(data.Select(d => $"data: {d}\n\n"));

    private static ModelExchange Read(string target, string request, string response, int status = 200) => ModelExchange.Read(new()
    {
        Target = target,
        RequestBody = Encoding.UTF8.GetBytes(request),
        Status = status,
        ResponseBody = Encoding.UTF8.GetBytes(response),
    });
}
