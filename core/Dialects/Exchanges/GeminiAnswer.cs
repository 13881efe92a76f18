using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Gemini: every event of a stream is a whole document with the next parts.</summary>
internal static class GeminiAnswer
{
    public static void Read(JsonElement document, AnswerBuilder answer)
    {
        answer.SetModel(document.Get("modelVersion"));
        answer.SetUsage(document.Get("usageMetadata"));
        foreach (var candidate in document.Get("candidates").Elements())
        {
            var choice = answer.Choice(candidate.Get("index").AsNumber() ?? 0);
            choice.AddContent(candidate.Get("content").Get("parts"));
            var reason = candidate.Get("finishReason");
            choice.FinishReason = reason.ValueKind is JsonValueKind.String or JsonValueKind.Number ? reason.AsTextOrJson() : choice.FinishReason;
        }

        answer.EndsByReasons = true;
    }
}
