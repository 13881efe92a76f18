using System.Globalization;
using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Bedrock converse and the events of its stream, which Amazon's own models also speak under invoke.</summary>
internal static class ConverseAnswer
{
    public static void Read(JsonElement document, AnswerBuilder answer)
    {
        if (document.Get("output").Get("message") is { ValueKind: JsonValueKind.Object } message)
        {
            answer.Choice().AddContent(message.Get("content"));
            answer.Choice().FinishReason = document.Get("stopReason").AsText();
            answer.SetUsage(document.Get("usage"));
        }

        if (document.Get("contentBlockStart") is { ValueKind: JsonValueKind.Object } start)
            Start(start, answer.Choice());
        if (document.Get("contentBlockDelta") is { ValueKind: JsonValueKind.Object } delta)
            Continue(delta, answer.Choice());
        if (document.Get("messageStop") is { ValueKind: JsonValueKind.Object } stop)
        {
            answer.Choice().FinishReason = stop.Get("stopReason").AsText();
            answer.SawEnd = true;
        }

        answer.SetUsage(document.Get("metadata").Get("usage"));
    }

    private static void Start(JsonElement start, ChoiceBuilder choice)
    {
        if (start.Get("start").Get("toolUse") is not { ValueKind: JsonValueKind.Object } use)
            return;
        var part = choice.Part(Key(start), ModelPartKind.ToolCall);
        part.Name = use.Get("name").AsText();
        part.CallId = use.Get("toolUseId").AsText();
    }

    private static void Continue(JsonElement block, ChoiceBuilder choice)
    {
        var delta = block.Get("delta");
        if (delta.Get("text").AsText() is { } text)
            choice.Part(Key(block), ModelPartKind.Text).Append(text);
        if (delta.Get("toolUse") is { ValueKind: JsonValueKind.Object } use)
            choice.Part(Key(block), ModelPartKind.ToolCall).Append(use.Get("input").AsTextOrJson());
        if (delta.Get("reasoningContent").Get("text").AsText() is { } thought)
            choice.Part(Key(block), ModelPartKind.Reasoning).Append(thought);
    }

    private static string Key(JsonElement block) =>
        (block.Get("contentBlockIndex").AsNumber() ?? 0).ToString(CultureInfo.InvariantCulture);
}
