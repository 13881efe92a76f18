namespace K8sRecorder.Dialects.Exchanges;

/// <summary>The model APIs that are read.</summary>
public enum ModelApi
{
    /// <summary>No model API, or none that is known.</summary>
    Unknown,

    /// <summary>OpenAI chat completions, and what speaks the same.</summary>
    OpenAiChat,

    /// <summary>OpenAI completions (a prompt, no messages).</summary>
    OpenAiCompletions,

    /// <summary>OpenAI Responses.</summary>
    OpenAiResponses,

    /// <summary>OpenAI embeddings.</summary>
    OpenAiEmbeddings,

    /// <summary>Anthropic messages, also on Vertex.</summary>
    AnthropicMessages,

    /// <summary>Anthropic text completion.</summary>
    AnthropicComplete,

    /// <summary>Gemini <c>generateContent</c> and <c>streamGenerateContent</c>, also on Vertex.</summary>
    Gemini,

    /// <summary>Gemini <c>embedContent</c> and <c>batchEmbedContents</c>.</summary>
    GeminiEmbeddings,

    /// <summary>Gemini interactions.</summary>
    GeminiInteractions,

    /// <summary>Bedrock <c>converse</c> and <c>converse-stream</c>.</summary>
    BedrockConverse,

    /// <summary>Bedrock <c>invoke</c> and <c>invoke-with-response-stream</c>: the form of the model's vendor inside.</summary>
    BedrockInvoke,

    /// <summary>Ollama <c>/api/chat</c>.</summary>
    OllamaChat,

    /// <summary>Ollama <c>/api/generate</c>.</summary>
    OllamaGenerate,

    /// <summary>Ollama <c>/api/embed</c> and <c>/api/embeddings</c>.</summary>
    OllamaEmbeddings,
}
