using System.Text;
using System.Text.Json;

namespace K8sRecorder.Testing;

/// <summary>Every form in which a secret could lie on a disk or in a log: what a leak test searches for.</summary>
public static class SecretForms
{
    /// <summary>The forms of <paramref name="secret"/>, each with its name.</summary>
    public static IEnumerable<(string Form, byte[] Bytes)> Of(string secret)
    {
        var clear = Encoding.UTF8.GetBytes(secret);
        var forms = new List<(string Form, string Text)>
        {
            ("plain", secret),
            ("json", Quoted(secret)),
            ("json twice", Quoted(Quoted(secret))),
            ("url", Uri.EscapeDataString(secret)),
            ("url lower", LowerPercent(Uri.EscapeDataString(secret))),
            ("hex", Convert.ToHexStringLower(clear)),
            ("HEX", Convert.ToHexString(clear)),
        };
        for (var alignment = 0; alignment < 3; alignment++)
        {
            var core = Base64Core(clear, alignment);
            forms.Add(($"base64+{alignment}", core));
            forms.Add(($"base64url+{alignment}", core.Replace('+', '-').Replace('/', '_')));
        }
        return forms.DistinctBy(f => f.Text).Select(f => (f.Form, Encoding.UTF8.GetBytes(f.Text)));
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text)[1..^1];

    private static string LowerPercent(string text)
    {
        var lower = new StringBuilder(text);
        for (var i = 0; i + 2 < lower.Length; i++)
        {
            if (lower[i] != '%')
                continue;
            lower[i + 1] = char.ToLowerInvariant(lower[i + 1]);
            lower[i + 2] = char.ToLowerInvariant(lower[i + 2]);
        }
        return lower.ToString();
    }

    /// <summary>The characters of a base64 text that only the secret's bytes decide, when it starts at this offset modulo 3.</summary>
    private static string Base64Core(byte[] clear, int alignment)
    {
        var text = Convert.ToBase64String([.. new byte[alignment], .. clear]);
        var from = (alignment * 8 + 5) / 6;
        var until = (alignment + clear.Length) * 8 / 6;
        return text[from..until];
    }
}
