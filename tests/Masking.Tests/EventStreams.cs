using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace K8sRecorder.Masking.Tests;

/// <summary>Streams of events of the model APIs that spell a text in deltas of a few characters, and the way back.</summary>
internal static class EventStreams
{
    public static readonly string[] Dialects = ["openai-chat", "openai-tool", "openai-reasoning", "openai-responses", "anthropic-text", "anthropic-json", "anthropic-thinking", "gemini", "ndjson"];

    /// <summary>A stream whose deltas together are the text.</summary>
    public static string Spell(string dialect, string text, int size)
    {
        var stream = new StringBuilder();
        stream.Append(dialect == "ndjson" ? "" : ": ping\n\n");
        for (var at = 0; at < text.Length; at += size)
        {
            var piece = JsonSerializer.Serialize(text.Substring(at, Math.Min(size, text.Length - at)));
            stream.Append(Event(dialect, piece));
        }

        stream.Append(dialect is "openai-chat" or "openai-tool" ? "data: [DONE]\n\n" : "");
        return stream.ToString();
    }

    /// <summary>The text that the deltas of a stream spell.</summary>
    public static string Read(string dialect, string stream)
    {
        var text = new StringBuilder();
        foreach (var line in stream.Split('\n'))
        {
            var json = line.StartsWith("data: {", StringComparison.Ordinal) ? line[6..] : line.StartsWith('{') ? line : null;
            if (json is not null)
                text.Append(Delta(dialect, JsonNode.Parse(json)!));
        }

        return text.ToString();
    }

    private static string Event(string dialect, string piece) => dialect switch
    {
        "openai-chat" => "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o\",\"choices\":[{\"delta\":{\"content\":" + piece + "},\"index\":0,\"finish_reason\":null},{\"index\":1,\"delta\":{\"content\":\"ab\"}}]}\n\n",
        "openai-reasoning" => "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":" + piece + "}}]}\n\n",
        "openai-tool" => "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + piece + "}}]}}]}\n\n",
        "openai-responses" => "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":7,\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":" + piece + ",\"obfuscation\":\"xyz\"}\n\n",
        "anthropic-text" => "event: content_block_delta\r\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" + piece + "}}\r\n\r\n",
        "anthropic-json" => "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":" + piece + "}}\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\n",
        "anthropic-thinking" => "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":" + piece + "}}\n\n",
        "gemini" => "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": " + piece + "}],\"role\": \"model\"},\"index\": 0}],\"modelVersion\": \"gemini-2.5\"}\r\n\r\n",
        _ => "{\"model\":\"llama3\",\"message\":{\"role\":\"assistant\",\"content\":" + piece + "},\"done\":false}\n",
    };

    private static string Delta(string dialect, JsonNode json) => (string?)(dialect switch
    {
        "openai-chat" => json["choices"]![0]!["delta"]!["content"],
        "openai-reasoning" => json["choices"]![0]!["delta"]!["reasoning_content"],
        "openai-tool" => json["choices"]![0]!["delta"]!["tool_calls"]![0]!["function"]!["arguments"],
        "openai-responses" => json["delta"],
        "anthropic-text" => json["delta"]!["text"],
        "anthropic-json" => json["delta"]?["partial_json"],
        "anthropic-thinking" => json["delta"]!["thinking"],
        "gemini" => json["candidates"]![0]!["content"]!["parts"]![0]!["text"],
        _ => json["message"]!["content"],
    }) ?? "";
}
