namespace K8sRecorder.Masking.Tests;

/// <summary>Made-up secrets: drawn from a seed, so that none stands in the source.</summary>
internal static class Sample
{
    public const string Lower = "abcdefghijklmnopqrstuvwxyz";
    public const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    public const string Digits = "0123456789";
    public const string Alphanumeric = Lower + Upper + Digits;
    public const string Base64Url = Alphanumeric + "-_";
    public const string Base64 = Alphanumeric + "+/";

    public static string Of(string alphabet, int length, int seed = 1)
    {
        var random = new Random(seed * 7919 + length);
        // A secret must not end or start in punctuation by chance: sentences do.
        var text = new char[length];
        for (var i = 0; i < length; i++)
            text[i] = alphabet[random.Next(i == 0 || i == length - 1 ? Math.Min(alphabet.Length, 62) : alphabet.Length)];
        text[length / 2] = alphabet.Contains('7') ? '7' : text[length / 2];
        return new string(text);
    }

    public static string Jwt(int seed = 1) => "eyJ" + Of(Base64Url, 33, seed) + ".eyJ" + Of(Base64Url, 80, seed + 1) + "." + Of(Base64Url, 43, seed + 2);

    public static string Pem(int lines = 5, string feed = "\n")
    {
        var body = string.Concat(Enumerable.Range(0, lines).Select(i => Of(Base64, 64, i + 3) + feed));
        return "-----BEGIN " + "PRIVATE KEY-----" + feed + body + "-----END PRIVATE KEY-----";
    }
}
