using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Errors as the model APIs write them, for whoever answers in a target's stead: clients show the message.</summary>
public static class ModelErrors
{
    /// <summary>The API that a request of this method and target speaks, as far as they say.</summary>
    public static ModelApi ApiOf(string method, string target) => ApiIdentity.Find(method, target, default);

    /// <summary>The body of a 403 in the API's own form; null for <see cref="ModelApi.Unknown"/>.</summary>
    public static byte[]? Forbidden(ModelApi api, string message)
    {
        var text = JsonEncodedText.Encode(message, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return api switch
        {
            ModelApi.Unknown => null,
            ModelApi.AnthropicMessages or ModelApi.AnthropicComplete =>
                Bytes($$$"""{"type":"error","error":{"type":"permission_error","message":"{{{text}}}"}}"""),
            ModelApi.Gemini or ModelApi.GeminiEmbeddings or ModelApi.GeminiInteractions =>
                Bytes($$$"""{"error":{"code":403,"message":"{{{text}}}","status":"PERMISSION_DENIED"}}"""),
            ModelApi.BedrockConverse or ModelApi.BedrockInvoke => Bytes($$$"""{"message":"{{{text}}}"}"""),
            ModelApi.OllamaChat or ModelApi.OllamaGenerate or ModelApi.OllamaEmbeddings => Bytes($$$"""{"error":"{{{text}}}"}"""),
            _ => Bytes($$$"""{"error":{"message":"{{{text}}}","type":"permission_error","param":null,"code":"denied_by_policy"}}"""),
        };
    }

    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);
}
