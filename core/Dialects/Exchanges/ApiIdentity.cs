using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Which API a request speaks, by its path and, where that says nothing, by its body; and the model that the path names.</summary>
internal static class ApiIdentity
{
    private static readonly (string Suffix, ModelApi Api)[] Suffixes =
    [
        ("/chat/completions", ModelApi.OpenAiChat),
        ("/completions", ModelApi.OpenAiCompletions),
        ("/responses", ModelApi.OpenAiResponses),
        ("/embeddings", ModelApi.OpenAiEmbeddings),
        ("/v1/messages", ModelApi.AnthropicMessages),
        ("/anthropic/messages", ModelApi.AnthropicMessages),
        (":rawPredict", ModelApi.AnthropicMessages),
        (":streamRawPredict", ModelApi.AnthropicMessages),
        ("/v1/complete", ModelApi.AnthropicComplete),
        (":generateContent", ModelApi.Gemini),
        (":streamGenerateContent", ModelApi.Gemini),
        (":embedContent", ModelApi.GeminiEmbeddings),
        (":batchEmbedContents", ModelApi.GeminiEmbeddings),
        ("/interactions", ModelApi.GeminiInteractions),
        ("/converse", ModelApi.BedrockConverse),
        ("/converse-stream", ModelApi.BedrockConverse),
        ("/invoke", ModelApi.BedrockInvoke),
        ("/invoke-with-response-stream", ModelApi.BedrockInvoke),
        ("/api/chat", ModelApi.OllamaChat),
        ("/api/generate", ModelApi.OllamaGenerate),
        ("/api/embed", ModelApi.OllamaEmbeddings),
        ("/api/embeddings", ModelApi.OllamaEmbeddings),
    ];

    public static ModelApi Find(string method, string target, JsonElement body)
    {
        if (method != "POST")
            return ModelApi.Unknown;
        var path = PathOf(target);
        var found = ModelApi.Unknown;
        var length = 0;
        foreach (var (suffix, api) in Suffixes)
        {
            if (suffix.Length > length && path.EndsWith(suffix, StringComparison.Ordinal))
                (found, length) = (api, suffix.Length);
        }

        return found switch
        {
            ModelApi.BedrockConverse or ModelApi.BedrockInvoke when !path.Contains("/model/", StringComparison.Ordinal) => ModelApi.Unknown,
            ModelApi.Unknown => ByBody(body),
            _ => found,
        };
    }

    /// <summary>The model that the path names, or null: Gemini, Bedrock and Azure say it there.</summary>
    public static string? ModelIn(string target)
    {
        var path = PathOf(target);
        foreach (var marker in (ReadOnlySpan<string>)["/models/", "/model/", "/deployments/"])
        {
            var at = path.LastIndexOf(marker, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var name = path[(at + marker.Length)..];
            var end = name.IndexOfAny('/', ':');
            // An id of Bedrock has colons of its own, escaped or not; there the slash ends it.
            if (marker == "/model/")
                end = name.IndexOf('/');
            name = end < 0 ? name : name[..end];
            if (!name.IsEmpty)
                return Uri.UnescapeDataString(name.ToString());
        }

        return null;
    }

    private static ModelApi ByBody(JsonElement body) => body switch
    {
        _ when body.Has("contents", JsonValueKind.Array) => ModelApi.Gemini,
        _ when !body.Has("messages", JsonValueKind.Array) => ModelApi.Unknown,
        _ when body.Has("anthropic_version", JsonValueKind.String) => ModelApi.AnthropicMessages,
        _ when body.Has("model", JsonValueKind.String) => ModelApi.OpenAiChat,
        _ => ModelApi.Unknown,
    };

    private static ReadOnlySpan<char> PathOf(string target)
    {
        var path = target.AsSpan();
        var end = path.IndexOfAny('?', '#');
        path = end < 0 ? path : path[..end];
        return path.TrimEnd('/');
    }
}
