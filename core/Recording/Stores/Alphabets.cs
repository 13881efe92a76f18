using System.Buffers;

namespace K8sRecorder.Recording.Stores;

/// <summary>The sets of characters that keys and ids are of.</summary>
internal static class Alphabets
{
    /// <summary>Crockford's base 32 in lower case, in order of value.</summary>
    public const string Crockford = "0123456789abcdefghjkmnpqrstvwxyz";

    public static readonly SearchValues<char> CrockfordChars = SearchValues.Create(Crockford);
    public static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");
    public static readonly SearchValues<char> Key = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._=-/");
    public static readonly SearchValues<char> Account = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    public static readonly SearchValues<char> Container = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
}
