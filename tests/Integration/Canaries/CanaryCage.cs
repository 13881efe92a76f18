using System.Text;

namespace K8sRecorder.Integration.Canaries;

/// <summary>Secrets of the kinds that the detectors know, each one unique, so that a leak names the path it came by.</summary>
internal sealed class CanaryCage(int seed)
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, string> _byPath = [];

    public IReadOnlyDictionary<string, string> ByPath => _byPath;

    public string AnthropicKey(string path) => Keep(path, $"sk-ant-api03-{Letters(93)}AA");

    public string OpenAiKey(string path) => Keep(path, $"sk-proj-{Letters(74)}T3BlbkFJ{Letters(74)}");

    public string AwsKey(string path) => Keep(path, $"AKIA{Letters(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}");

    public string SlackToken(string path) => Keep(path, $"xoxb-{Letters(12, "0123456789")}-{Letters(12, "0123456789")}-{Letters(24)}");

    public string Jwt(string path) => Keep(
        path,
        $"{Part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")}.{Part($"{{\"sub\":\"{Letters(12)}\",\"iat\":1700000000}}")}.{Letters(43)}");

    /// <summary>A value that only its place makes a secret: a password, an always masked header, a token answer.</summary>
    public string Opaque(string path) => Keep(path, $"{Letters(10)}-{Letters(18)}");

    /// <summary>The base64 body of a PEM key, four lines.</summary>
    public string[] PemLines(string path)
    {
        var lines = Enumerable.Range(0, 4).Select(_ => Letters(64)).ToArray();
        for (var i = 0; i < lines.Length; i++)
            Keep($"{path} line {i}", lines[i]);
        return lines;
    }

    private string Keep(string path, string secret)
    {
        _byPath.Add(path, secret);
        return secret;
    }

    private string Letters(int count, string alphabet = Base62) => new(_random.GetItems<char>(alphabet, count));

    private static string Part(string json) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
