using System.Globalization;
using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Gemini interactions: the interaction, and the events of its stream.</summary>
internal static class InteractionsAnswer
{
    public static void Read(string type, JsonElement document, AnswerBuilder answer)
    {
        var choice = answer.Choice();
        var key = (document.Get("index").AsNumber() ?? 0).ToString(CultureInfo.InvariantCulture);
        switch (type)
        {
            case "step.start":
                Start(key, document.Get("step"), choice);
                break;
            case "step.delta":
                Continue(key, document.Get("delta"), choice);
                break;
            case "interaction.created" or "interaction.completed":
                answer.SawEnd |= type == "interaction.completed";
                ReadFrame(document.Get("interaction"), choice, answer);
                break;
            case "":
                foreach (var step in document.Get("steps").Elements())
                    choice.AddContent(step);
                ReadFrame(document, choice, answer);
                break;
        }
    }

    private static void Start(string key, JsonElement step, ChoiceBuilder choice)
    {
        var parts = new List<ModelPart>();
        ContentReader.Read(step, parts);
        foreach (var part in parts.Where(p => p.Kind is ModelPartKind.ToolCall or ModelPartKind.ToolResult).Take(1))
        {
            var builder = choice.Part(key, part.Kind);
            (builder.Name, builder.CallId) = (part.Name, part.CallId);
            builder.Set(part.Text == "{}" ? "" : part.Text);
        }
    }

    private static void Continue(string key, JsonElement delta, ChoiceBuilder choice)
    {
        switch (delta.Get("type").AsText())
        {
            case "text":
                choice.Part(key, ModelPartKind.Text).Append(delta.Get("text").AsText());
                break;
            case "thought_summary":
                choice.Part(key, ModelPartKind.Reasoning).Append(delta.Get("content").Get("text").AsText());
                break;
            case "arguments_delta":
                choice.Part(key, ModelPartKind.ToolCall).Append(delta.GetAny("partial_arguments", "arguments").AsText());
                break;
        }
    }

    private static void ReadFrame(JsonElement interaction, ChoiceBuilder choice, AnswerBuilder answer)
    {
        answer.SetModel(interaction.Get("model"));
        answer.SetUsage(interaction.Get("usage"));
        if (interaction.Get("status").AsText() is { } status && status != "in_progress")
            choice.FinishReason = status;
    }
}
