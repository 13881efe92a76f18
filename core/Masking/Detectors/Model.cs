using static K8sRecorder.Masking.Detectors.BuiltIn;
using static K8sRecorder.Masking.Detectors.Pattern;

namespace K8sRecorder.Masking.Detectors;

/// <summary>Keys of model APIs.</summary>
internal static class Model
{
    public static IReadOnlyList<Detector> All { get; } =
    [
        Structure("openai-key", "ai", "OpenAI API key, and those of others in its form", 120, 256,
            Exactly(new TokenMatcher(ByteClasses.WordDash, 20, 256) { Entropy = 3, Judge = IsOpenAi, NotAfter = ByteClasses.WordDash, NotBefore = [.. "ant-"u8] }, "sk-")),
        Structure("anthropic-key", "ai", "Anthropic API, admin or OAuth key", 120, 256,
            Exactly(new TokenMatcher(ByteClasses.WordDash, 24, 256) { Entropy = 3, NotAfter = ByteClasses.WordDash }, "sk-ant-")),
        Structure("huggingface-token", "ai", "Hugging Face access token", 170, 40,
            Exactly(new TokenMatcher(ByteClasses.Alphanumeric, 34, 40) { Entropy = 2.5 }, "hf_"),
            Exactly(new TokenMatcher(ByteClasses.Letter, 34, 34) { Entropy = 2.5, IsExact = true }, "api_org_")),
        Structure("groq-key", "ai", "Groq API key", 250, 56,
            Exactly(new TokenMatcher(ByteClasses.Alphanumeric, 48, 56) { Entropy = 3 }, "gsk_")),
        Structure("perplexity-key", "ai", "Perplexity API key", 250, 48,
            Exactly(new TokenMatcher(ByteClasses.Alphanumeric, 48, 48) { Entropy = 3, IsExact = true }, "pplx-")),
        Structure("google-api-key", "ai", "Google API key: Gemini, Maps and the rest", 200, 35,
            Exactly(new TokenMatcher(ByteClasses.WordDash, 35, 35) { Entropy = 3, IsExact = true }, "AIza")),
    ];

    private static bool IsOpenAi(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("T3BlbkFJ"u8) >= 0)
            return true;
        if (body.StartsWith("proj-"u8) || body.StartsWith("svcacct-"u8) || body.StartsWith("admin-"u8) || body.StartsWith("or-v1-"u8))
            return Randomness.CountDigits(body) > 0;
        // "sk-" is common in names: those are words; a key is a long run without dashes.
        var dash = body.LastIndexOfAny("-_"u8);
        return body.Length - dash > 20 && Randomness.CountDigits(body) >= 2 && Randomness.Entropy(body) >= 3.2;
    }
}
