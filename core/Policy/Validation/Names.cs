using System.Buffers;
using System.Globalization;

namespace K8sRecorder.Policy.Validation;

/// <summary>The forms of names.</summary>
internal static class Names
{
    public const string LabelForm = "a name of lower-case letters, digits and -, at most 63, such as orders-db";
    public const string ObjectForm = "the name of a Kubernetes object, such as corp-ca";
    public const string HeaderForm = "a header's name, such as x-agent-run";
    public const string KeyForm = "a key of a Secret, such as password";

    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("-._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>RFC 1123 label.</summary>
    public static bool IsLabel(string name) => IsLabel(name.AsSpan());

    /// <summary>RFC 1123 subdomain.</summary>
    public static bool IsObjectName(string name)
    {
        foreach (var label in name.AsSpan().Split('.'))
            if (!IsLabel(name.AsSpan()[label]))
                return false;
        return name.Length <= 253;
    }

    /// <summary>RFC 9110 §5.1: a token.</summary>
    public static bool IsHeader(string name) => name.Length is > 0 and <= 256 && !name.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>A key in a Secret's data.</summary>
    public static bool IsSecretKey(string name) => name.Length is > 0 and <= 253 && !name.AsSpan().ContainsAnyExcept(KeyCharacters);

    /// <summary>A label's key: an optional DNS prefix, and a name.</summary>
    public static bool IsLabelKey(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 || IsObjectName(key[..slash])) && key.Length > slash + 1 && IsLabelValue(key[(slash + 1)..]);
    }

    /// <summary>A label's value; it may be empty.</summary>
    public static bool IsLabelValue(string value) =>
        value.Length == 0 || (value.Length <= 63 && !value.AsSpan().ContainsAnyExcept(KeyCharacters)
            && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1]));

    /// <summary>The name, or the first of <c>name-2</c>, <c>name-3</c>, … that is not taken; at most 63 characters.</summary>
    public static string Free(string name, Func<string, bool> isTaken)
    {
        var free = name;
        for (var n = 2; isTaken(free); n++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{n}");
            free = name[..Math.Min(name.Length, 63 - suffix.Length)] + suffix;
        }
        return free;
    }

    private static bool IsLabel(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= 63 && !name.ContainsAnyExcept(LabelCharacters) && name[0] != '-' && name[^1] != '-';
}
