using System.Globalization;
using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Anthropic messages and text completions, and the events of their streams.</summary>
internal static class AnthropicAnswer
{
    public static void Read(string type, JsonElement document, AnswerBuilder answer)
    {
        switch (type)
        {
            case "message":
                ReadMessage(document, answer);
                answer.Choice().AddContent(document.Get("content"));
                break;
            case "completion":
                answer.SetModel(document.Get("model"));
                answer.Choice().Part("text", ModelPartKind.Text).Append(document.Get("completion").AsText());
                answer.Choice().FinishReason = document.Get("stop_reason").AsText() ?? answer.Choice().FinishReason;
                answer.SawEnd |= answer.Choice().FinishReason is not null;
                break;
            case "message_start":
                ReadMessage(document.Get("message"), answer);
                break;
            case "content_block_start":
                Start(Key(document), document.Get("content_block"), answer.Choice());
                break;
            case "content_block_delta":
                Continue(Key(document), document.Get("delta"), answer.Choice());
                break;
            case "message_delta":
                answer.Choice().FinishReason = document.Get("delta").Get("stop_reason").AsText() ?? answer.Choice().FinishReason;
                answer.SetUsage(document.Get("usage"));
                break;
            case "message_stop":
                answer.SawEnd = true;
                break;
        }
    }

    private static void ReadMessage(JsonElement message, AnswerBuilder answer)
    {
        answer.SetModel(message.Get("model"));
        answer.SetUsage(message.Get("usage"));
        answer.Choice().FinishReason = message.Get("stop_reason").AsText();
    }

    private static void Start(string key, JsonElement block, ChoiceBuilder choice)
    {
        var parts = new List<ModelPart>();
        ContentReader.Read(block, parts);
        if (parts.Count == 0)
            return;
        var builder = choice.Part(key, parts[0].Kind);
        (builder.Name, builder.CallId) = (parts[0].Name, parts[0].CallId);
        // The input of a call starts as an empty object, and its deltas spell it from the start.
        if (parts[0].Kind != ModelPartKind.ToolCall || parts[0].Text != "{}")
            builder.Append(parts[0].Text);
    }

    private static void Continue(string key, JsonElement delta, ChoiceBuilder choice)
    {
        switch (delta.Get("type").AsText())
        {
            case "text_delta":
                choice.Part(key, ModelPartKind.Text).Append(delta.Get("text").AsText());
                break;
            case "thinking_delta":
                choice.Part(key, ModelPartKind.Reasoning).Append(delta.Get("thinking").AsText());
                break;
            case "input_json_delta":
                choice.Part(key, ModelPartKind.ToolCall).Append(delta.Get("partial_json").AsText());
                break;
        }
    }

    private static string Key(JsonElement document) =>
        (document.Get("index").AsNumber() ?? 0).ToString(CultureInfo.InvariantCulture);
}
