using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Reads the messages and the tools' names of a request of any of the APIs.</summary>
internal static class RequestReader
{
    private const int MaxMessages = 65_536;
    private const int MaxTools = 4_096;

    public static List<ModelMessage> Messages(JsonElement body)
    {
        var messages = new List<ModelMessage>();
        Add(messages, "system", body.Get("system"));
        Add(messages, "system", body.Get("instructions"));
        var system = body.GetAny("systemInstruction", "system_instruction");
        Add(messages, "system", system.ValueKind == JsonValueKind.Object ? system.Get("parts") : system);
        foreach (var message in body.Get("messages").Elements())
            AddMessage(messages, message);
        foreach (var content in body.Get("contents").Elements())
            Add(messages, content.Get("role").AsText() == "model" ? "assistant" : content.Get("role").AsText() ?? "user", content.Get("parts"));
        AddInput(messages, body.Get("input"));
        Add(messages, "user", body.Get("prompt"));
        Add(messages, "user", body.Get("content").Get("parts"));
        foreach (var request in body.Get("requests").Elements())
            Add(messages, "user", request.Get("content").Get("parts"));
        return messages;
    }

    public static List<string> Tools(JsonElement body)
    {
        var names = new List<string>();
        foreach (var tool in body.Get("tools").Elements())
        {
            var declared = tool.GetAny("functionDeclarations", "function_declarations");
            foreach (var function in declared.Elements())
                AddName(names, function.Get("name"));
            if (declared.ValueKind != JsonValueKind.Array)
                AddName(names, tool.Get("function").Get("name"), tool.Get("name"), tool.Get("type"));
        }

        foreach (var tool in body.Get("toolConfig").Get("tools").Elements())
            AddName(names, tool.Get("toolSpec").Get("name"));
        return names;
    }

    private static void AddMessage(List<ModelMessage> messages, JsonElement message)
    {
        var role = message.Get("role").AsText() ?? "user";
        var parts = new List<ModelPart>();
        var thinking = message.GetAny("reasoning_content", "thinking", "reasoning").AsText();
        if (!string.IsNullOrEmpty(thinking))
            parts.Add(new(ModelPartKind.Reasoning, thinking));
        if (role is "tool" or "function")
            parts.Add(ToolResult(message));
        else
            ContentReader.Read(message.Get("content"), parts);
        foreach (var _ in message.Get("images").Elements())
            parts.Add(new(ModelPartKind.Image, ""));
        AddCalls(message, parts);
        AddParts(messages, role, parts);
    }

    private static ModelPart ToolResult(JsonElement message) => new(
        ModelPartKind.ToolResult,
        ContentReader.Flatten(message.Get("content")),
        message.GetAny("name", "tool_name").AsText(),
        message.Get("tool_call_id").AsText());

    /// <summary>The calls in an OpenAI or Ollama message.</summary>
    internal static void AddCalls(JsonElement message, List<ModelPart> parts)
    {
        foreach (var call in message.Get("tool_calls").Elements())
        {
            var function = call.GetAny("function", "custom");
            var arguments = function.GetAny("arguments", "input").AsTextOrJson();
            parts.Add(new(ModelPartKind.ToolCall, arguments, function.Get("name").AsText(), call.Get("id").AsText()));
        }

        if (message.Get("function_call") is { ValueKind: JsonValueKind.Object } legacy)
            parts.Add(new(ModelPartKind.ToolCall, legacy.Get("arguments").AsTextOrJson(), legacy.Get("name").AsText()));
    }

    /// <summary>The <c>input</c> of Responses, embeddings and interactions: a string, strings, content blocks, or items.</summary>
    private static void AddInput(List<ModelMessage> messages, JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Array)
        {
            Add(messages, "user", input);
            return;
        }

        foreach (var item in input.Elements())
        {
            var type = item.Get("type").AsText();
            if (item.Get("role").AsText() is { } role)
                Add(messages, role == "model" ? "assistant" : role, item.Get("content"));
            else if (type is not null && type.EndsWith("_call", StringComparison.Ordinal) || type is "reasoning" or "thought" or "model_output")
                Add(messages, "assistant", item);
            else if (type is not null && (type.EndsWith("_output", StringComparison.Ordinal) || type.EndsWith("_result", StringComparison.Ordinal)))
                Add(messages, "tool", item);
            else
                Add(messages, "user", item);
        }
    }

    private static void Add(List<ModelMessage> messages, string role, JsonElement content)
    {
        var parts = new List<ModelPart>();
        ContentReader.Read(content, parts);
        AddParts(messages, role, parts);
    }

    private static void AddParts(List<ModelMessage> messages, string role, List<ModelPart> parts)
    {
        if (parts.Count > 0 && messages.Count < MaxMessages)
            messages.Add(new(role, parts));
    }

    private static void AddName(List<string> names, params ReadOnlySpan<JsonElement> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate.AsText() is not { } name)
                continue;
            if (names.Count < MaxTools)
                names.Add(name);
            return;
        }
    }
}
