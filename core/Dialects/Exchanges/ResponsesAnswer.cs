using System.Globalization;
using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>OpenAI Responses: the response object, and the typed events of its stream.</summary>
internal static class ResponsesAnswer
{
    public static void Read(string type, JsonElement document, AnswerBuilder answer)
    {
        if (document.Has("output", JsonValueKind.Array))
        {
            ReadResponse(document, answer);
            return;
        }

        var choice = answer.Choice();
        var item = Key(document, "output_index");
        switch (type)
        {
            case "response.created" or "response.in_progress":
                answer.SetModel(document.Get("response").Get("model"));
                break;
            case "response.completed" or "response.incomplete" or "response.failed":
                answer.SawEnd = true;
                ReadEnd(document.Get("response"), choice, answer);
                break;
            case "response.output_item.added":
                ReadItem(item, document.Get("item"), choice, isDone: false);
                break;
            case "response.output_item.done":
                ReadItem(item, document.Get("item"), choice, isDone: true);
                break;
            case "response.output_text.delta" or "response.refusal.delta":
                choice.Part(item + Key(document, "content_index"), ModelPartKind.Text).Append(document.Get("delta").AsText());
                break;
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                choice.Part(item + ":reasoning", ModelPartKind.Reasoning).Append(document.Get("delta").AsText());
                break;
            case "response.function_call_arguments.delta" or "response.mcp_call_arguments.delta" or "response.custom_tool_call_input.delta":
                choice.Part(item, ModelPartKind.ToolCall).Append(document.Get("delta").AsText());
                break;
        }
    }

    private static void ReadItem(string key, JsonElement item, ChoiceBuilder choice, bool isDone)
    {
        var type = item.Get("type").AsText() ?? "";
        if (type is "message" or "reasoning")
        {
            // Their text came as deltas; if it did not, the finished item has it.
            if (isDone && !choice.Contains(key + ":0") && !choice.Contains(key + ":reasoning"))
                choice.AddContent(item);
            return;
        }

        var parts = new List<ModelPart>();
        ContentReader.Read(item, parts);
        if (parts.Count == 0)
            return;
        var builder = choice.Part(key, parts[0].Kind);
        (builder.Kind, builder.Name, builder.CallId) = (parts[0].Kind, parts[0].Name, parts[0].CallId);
        if (isDone)
            builder.Set(parts[0].Text);
    }

    private static void ReadEnd(JsonElement response, ChoiceBuilder choice, AnswerBuilder answer)
    {
        if (choice.IsEmpty)
        {
            ReadResponse(response, answer);
            return;
        }

        ReadFrame(response, choice, answer);
    }

    private static void ReadResponse(JsonElement response, AnswerBuilder answer)
    {
        var choice = answer.Choice();
        foreach (var item in response.Get("output").Elements())
            choice.AddContent(item);
        ReadFrame(response, choice, answer);
    }

    private static void ReadFrame(JsonElement response, ChoiceBuilder choice, AnswerBuilder answer)
    {
        answer.SetModel(response.Get("model"));
        answer.SetUsage(response.Get("usage"));
        answer.SetError(response.Get("error"));
        choice.FinishReason = response.Get("incomplete_details").Get("reason").AsText() ?? response.Get("status").AsText() ?? choice.FinishReason;
    }

    private static string Key(JsonElement document, string name) =>
        ":" + (document.Get(name).AsNumber() ?? 0).ToString(CultureInfo.InvariantCulture);
}
