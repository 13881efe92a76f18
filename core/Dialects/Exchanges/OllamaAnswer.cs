using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Ollama chat and generate: one document, or one a line.</summary>
internal static class OllamaAnswer
{
    public static void Read(JsonElement document, AnswerBuilder answer)
    {
        var choice = answer.Choice();
        var message = document.Get("message");
        answer.SetModel(document.Get("model"));
        answer.SetUsage(document.Get("prompt_eval_count"), document.Get("eval_count"));
        choice.FinishReason = document.Get("done_reason").AsText() ?? choice.FinishReason;
        answer.SawEnd |= document.Get("done").ValueKind == JsonValueKind.True;
        if ((message.Get("thinking").AsText() ?? document.Get("thinking").AsText()) is { Length: > 0 } thought)
            choice.Part("reasoning", ModelPartKind.Reasoning).Append(thought);
        if ((message.Get("content").AsText() ?? document.Get("response").AsText()) is { Length: > 0 } text)
            choice.Part("text", ModelPartKind.Text).Append(text);
        var calls = new List<ModelPart>();
        RequestReader.AddCalls(message, calls);
        foreach (var call in calls)
            choice.Add(call);
    }
}
