using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>
/// Reads one document of a response, whole or an event of a stream. A gateway may answer in another form than it was asked in, so
/// the document says which form it has; the forms do not collide.
/// </summary>
internal static class AnswerReader
{
    public static void Read(JsonElement document, AnswerBuilder answer)
    {
        if (document.ValueKind == JsonValueKind.Array)
        {
            // Gemini without alt=sse streams one array of documents.
            foreach (var element in document.Elements())
                Read(element, answer);
            return;
        }

        if (document.ValueKind != JsonValueKind.Object)
            return;
        answer.SetError(document.Get("error"));
        var type = document.GetAny("type", "event_type").AsText() ?? "";
        if (document.Has("choices", JsonValueKind.Array))
            OpenAiAnswer.Read(document, answer);
        else if (type.StartsWith("response.", StringComparison.Ordinal) || document.Has("output", JsonValueKind.Array))
            ResponsesAnswer.Read(type, document, answer);
        else if (document.GetAny("candidates", "usageMetadata").ValueKind is JsonValueKind.Array or JsonValueKind.Object)
            GeminiAnswer.Read(document, answer);
        else if (document.Has("steps", JsonValueKind.Array) || type.StartsWith("interaction.", StringComparison.Ordinal)
            || type.StartsWith("step.", StringComparison.Ordinal))
            InteractionsAnswer.Read(type, document, answer);
        else if (document.Has("done", JsonValueKind.True) || document.Has("done", JsonValueKind.False))
            OllamaAnswer.Read(document, answer);
        else if (type.Length > 0)
            AnthropicAnswer.Read(type, document, answer);
        else
            ConverseAnswer.Read(document, answer);
    }
}
