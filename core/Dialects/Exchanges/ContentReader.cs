using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>
/// Reads the content of a message in any of the APIs' forms: a string, a block, or a list of blocks. The forms do not collide, so
/// the block says what it is: by <c>type</c> (OpenAI, Anthropic, interactions), or by its only member (Gemini, Bedrock).
/// </summary>
internal static class ContentReader
{
    /// <summary>Parts that one message or answer may have; what is beyond is left out of the reading.</summary>
    public const int MaxParts = 65_536;

    public static void Read(JsonElement content, List<ModelPart> parts)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                Add(parts, ModelPartKind.Text, content.AsText());
                break;
            case JsonValueKind.Array:
                foreach (var block in content.Elements())
                    Read(block, parts);
                break;
            case JsonValueKind.Object when content.Get("type").AsText() is { } type:
                ReadTyped(type, content, parts);
                break;
            case JsonValueKind.Object:
                ReadUntyped(content, parts);
                break;
        }
    }

    /// <summary>The text of all that is in a piece of content; its JSON where that is empty.</summary>
    public static string Flatten(JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
            return content.AsText() ?? "";
        var parts = new List<ModelPart>();
        Read(content, parts);
        var texts = parts.Where(p => p.Text.Length > 0).Select(p => p.Text).ToList();
        return texts.Count > 0 ? string.Join('\n', texts) : content.AsTextOrJson();
    }

    private static void ReadTyped(string type, JsonElement block, List<ModelPart> parts)
    {
        switch (type)
        {
            case "text" or "input_text" or "output_text" or "summary_text" or "reasoning_text":
                Add(parts, ModelPartKind.Text, block.Get("text").AsText());
                break;
            case "refusal":
                Add(parts, ModelPartKind.Text, block.Get("refusal").AsText());
                break;
            case "message" or "model_output" or "user_input":
                Read(block.Get("content"), parts);
                break;
            case "thinking" or "redacted_thinking":
                Add(parts, ModelPartKind.Reasoning, Joined(block.Get("thinking")));
                break;
            case "reasoning" or "thought":
                Add(parts, ModelPartKind.Reasoning, Joined(block.Get("summary")) + Joined(block.Get("content")));
                break;
            case "tool_use" or "server_tool_use" or "mcp_tool_use":
                AddCall(parts, block.Get("name"), block.Get("id"), block.Get("input"));
                break;
            case "function_call" or "mcp_call" or "custom_tool_call" or "tool_call":
                AddCall(parts, block.Get("name"), block.GetAny("call_id", "id"), block.GetAny("arguments", "input"));
                break;
            case "function":
                var function = block.Get("function");
                AddCall(parts, function.Get("name"), block.Get("id"), function.Get("arguments"));
                break;
            case "image" or "image_url" or "input_image" or "image_generation_call":
                Add(parts, ModelPartKind.Image, "", MediaType(block));
                break;
            case "audio" or "input_audio" or "video" or "video_url":
                Add(parts, ModelPartKind.Media, "", MediaType(block));
                break;
            case "document" or "file" or "input_file":
                Add(parts, ModelPartKind.File, "", block.GetAny("title", "filename").AsText() ?? MediaType(block));
                break;
            default:
                ReadByEnding(type, block, parts);
                break;
        }
    }

    private static void ReadByEnding(string type, JsonElement block, List<ModelPart> parts)
    {
        if (type.EndsWith("_result", StringComparison.Ordinal) || type.EndsWith("_output", StringComparison.Ordinal))
        {
            var result = block.GetAny("content", "output", "result");
            Add(parts, ModelPartKind.ToolResult, Flatten(result), block.Get("name").AsText(), block.GetAny("tool_use_id", "call_id").AsText());
        }
        else if (type.EndsWith("_call", StringComparison.Ordinal))
        {
            var arguments = block.GetAny("action", "queries", "code", "arguments").AsTextOrJson();
            Add(parts, ModelPartKind.ToolCall, arguments, type, block.GetAny("call_id", "id").AsText());
        }
        else
        {
            Add(parts, ModelPartKind.Other, block.Get("text").AsText() ?? "", type);
        }
    }

    private static void ReadUntyped(JsonElement block, List<ModelPart> parts)
    {
        if (block.Get("text").AsText() is { } text)
        {
            var isThought = block.Get("thought").ValueKind == JsonValueKind.True;
            Add(parts, isThought ? ModelPartKind.Reasoning : ModelPartKind.Text, text);
        }
        else if (block.GetAny("functionCall", "function_call") is { ValueKind: JsonValueKind.Object } call)
        {
            AddCall(parts, call.Get("name"), call.Get("id"), call.GetAny("args", "arguments"));
        }
        else if (block.GetAny("functionResponse", "function_response") is { ValueKind: JsonValueKind.Object } response)
        {
            Add(parts, ModelPartKind.ToolResult, response.Get("response").AsTextOrJson(), response.Get("name").AsText(), response.Get("id").AsText());
        }
        else if (block.Get("toolUse") is { ValueKind: JsonValueKind.Object } use)
        {
            AddCall(parts, use.Get("name"), use.Get("toolUseId"), use.Get("input"));
        }
        else if (block.Get("toolResult") is { ValueKind: JsonValueKind.Object } result)
        {
            Add(parts, ModelPartKind.ToolResult, Flatten(result.Get("content")), null, result.Get("toolUseId").AsText());
        }
        else if (block.Get("reasoningContent") is { ValueKind: JsonValueKind.Object } reasoning)
        {
            Add(parts, ModelPartKind.Reasoning, reasoning.Get("reasoningText").Get("text").AsText());
        }
        else
        {
            ReadUntypedRest(block, parts);
        }
    }

    private static void ReadUntypedRest(JsonElement block, List<ModelPart> parts)
    {
        if (block.Get("citationsContent") is { ValueKind: JsonValueKind.Object } cited)
            Read(cited.Get("content"), parts);
        else if (block.Get("executableCode") is { ValueKind: JsonValueKind.Object } code)
            Add(parts, ModelPartKind.ToolCall, code.Get("code").AsText(), "code_execution");
        else if (block.Get("codeExecutionResult") is { ValueKind: JsonValueKind.Object } outcome)
            Add(parts, ModelPartKind.ToolResult, outcome.Get("output").AsText(), "code_execution");
        else if (block.GetAny("inlineData", "inline_data", "fileData", "file_data") is { ValueKind: JsonValueKind.Object } data)
            AddData(parts, data.GetAny("mimeType", "mime_type").AsText());
        else if (block.Get("image").ValueKind == JsonValueKind.Object)
            Add(parts, ModelPartKind.Image, "", block.Get("image").Get("format").AsText());
        else if (block.Get("document").ValueKind == JsonValueKind.Object)
            Add(parts, ModelPartKind.File, "", block.Get("document").Get("name").AsText());
        else if (block.Get("json").ValueKind != JsonValueKind.Undefined)
            Add(parts, ModelPartKind.Text, block.Get("json").AsTextOrJson());
        else if (block.Get("guardContent").Get("text").Get("text").AsText() is { } guarded)
            Add(parts, ModelPartKind.Text, guarded);
    }

    private static void AddData(List<ModelPart> parts, string? type)
    {
        var kind = type switch
        {
            null => ModelPartKind.File,
            _ when type.StartsWith("image/", StringComparison.Ordinal) => ModelPartKind.Image,
            _ when type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal) => ModelPartKind.Media,
            _ => ModelPartKind.File,
        };
        Add(parts, kind, "", type);
    }

    private static void AddCall(List<ModelPart> parts, JsonElement name, JsonElement id, JsonElement arguments) =>
        Add(parts, ModelPartKind.ToolCall, arguments.AsTextOrJson(), name.AsText(), id.AsText());

    private static void Add(List<ModelPart> parts, ModelPartKind kind, string? text, string? name = null, string? id = null)
    {
        if (parts.Count < MaxParts)
            parts.Add(new(kind, text ?? "", name, id));
    }

    private static string Joined(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.AsText() ?? "",
        JsonValueKind.Array => string.Join('\n', content.Elements().Select(e => e.Get("text").AsText() ?? "")),
        _ => "",
    };

    private static string? MediaType(JsonElement block) =>
        block.GetAny("mime_type", "media_type").AsText() ?? block.Get("source").Get("media_type").AsText();
}
