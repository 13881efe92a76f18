using System.Text;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Secrets that are put into inputs, each of a form that a detector knows: where they stand between blanks, none may come out.</summary>
internal static class Planted
{
    public static IReadOnlyList<string> Secrets { get; } =
    [
        "sk-proj-Zk3vT9qLw8XyB2nR6mHc4JdP", "AKIA7QWERTZUIOPL2M34", "glpat-x7Kq2mW9ztR4vB8nLp3d", "AIza7yQk3vT9qLw8XyB2nR6mHc4JdPf5Gs1aZeU",
        "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",
    ];

    private static readonly byte[][] Bytes = [.. Secrets.Select(Encoding.ASCII.GetBytes)];

    /// <summary>The beginning of a secret that is in these bytes, or null.</summary>
    public static string? In(ReadOnlySpan<byte> output)
    {
        for (var i = 0; i < Bytes.Length; i++)
        {
            if (output.IndexOf(Bytes[i]) >= 0)
                return Secrets[i][..8] + "…";
        }

        return null;
    }

    /// <summary>The beginning of a secret that is a word of its own in this text, or null.</summary>
    public static string? AsWordIn(string text)
    {
        foreach (var secret in Secrets)
        {
            for (var at = text.IndexOf(secret, StringComparison.Ordinal); at >= 0; at = text.IndexOf(secret, at + 1, StringComparison.Ordinal))
            {
                var end = at + secret.Length;
                if (at > 0 && text[at - 1] is ' ' or '\t' && (end == text.Length || text[end] is ' ' or '\t' or '\r' or '\n'))
                    return secret[..8] + "…";
            }
        }

        return null;
    }
}
