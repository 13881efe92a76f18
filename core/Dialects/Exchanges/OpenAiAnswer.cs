using System.Globalization;
using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>OpenAI chat and text completions, and their chunks.</summary>
internal static class OpenAiAnswer
{
    public static void Read(JsonElement document, AnswerBuilder answer)
    {
        answer.SetModel(document.Get("model"));
        answer.SetUsage(document.GetAny("usage", "x_groq") is var usage && usage.Has("usage", JsonValueKind.Object) ? usage.Get("usage") : usage);
        foreach (var item in document.Get("choices").Elements())
        {
            var choice = answer.Choice(item.Get("index").AsNumber() ?? 0);
            choice.FinishReason = item.Get("finish_reason").AsText() ?? choice.FinishReason;
            if (item.Get("text").AsText() is { } text)
                choice.Part("text", ModelPartKind.Text).Append(text);
            if (item.Get("message") is { ValueKind: JsonValueKind.Object } message)
                ReadMessage(message, choice);
            if (item.Get("delta") is { ValueKind: JsonValueKind.Object } delta)
                ReadDelta(delta, choice);
        }

        answer.EndsByReasons = true;
    }

    private static void ReadMessage(JsonElement message, ChoiceBuilder choice)
    {
        ReadText(message, choice);
        var calls = new List<ModelPart>();
        RequestReader.AddCalls(message, calls);
        foreach (var call in calls)
            choice.Add(call);
    }

    private static void ReadDelta(JsonElement delta, ChoiceBuilder choice)
    {
        ReadText(delta, choice);
        foreach (var call in delta.Get("tool_calls").Elements())
        {
            // Some servers leave the index out; then the id tells, and pieces without id go to the call before.
            var key = call.Get("index").AsNumber()?.ToString(CultureInfo.InvariantCulture) ?? call.Get("id").AsText() ?? "last";
            var function = call.GetAny("function", "custom");
            ReadCall(choice.Part("tool:" + key, ModelPartKind.ToolCall), function, call.Get("id"));
        }

        if (delta.Get("function_call") is { ValueKind: JsonValueKind.Object } legacy)
            ReadCall(choice.Part("function", ModelPartKind.ToolCall), legacy, default);
    }

    private static void ReadText(JsonElement message, ChoiceBuilder choice)
    {
        if (message.GetAny("reasoning_content", "reasoning").AsText() is { Length: > 0 } thought)
            choice.Part("reasoning", ModelPartKind.Reasoning).Append(thought);
        var content = message.Get("content");
        if (content.AsText() is { Length: > 0 } text)
            choice.Part("text", ModelPartKind.Text).Append(text);
        else
            choice.AddContent(content.ValueKind == JsonValueKind.Array ? content : default);
        if (message.Get("refusal").AsText() is { Length: > 0 } refusal)
            choice.Part("refusal", ModelPartKind.Text).Append(refusal);
    }

    private static void ReadCall(PartBuilder part, JsonElement function, JsonElement id)
    {
        part.Name = function.Get("name").AsText() is { Length: > 0 } name ? name : part.Name;
        part.CallId = id.AsText() is { Length: > 0 } callId ? callId : part.CallId;
        part.Append(function.GetAny("arguments", "input").AsTextOrJson());
    }
}
