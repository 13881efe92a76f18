namespace K8sRecorder.Recording.Stores;

/// <summary>
/// Which keys a store takes: 1 to 512 characters of <c>A-Z a-z 0-9 . _ = -</c> in segments separated by single slashes; no segment starts
/// with a dot. So a key is the same text as a path, as a URL and in a listing, cannot leave its folder, and cannot name a temporary file.
/// </summary>
public static class StoreKey
{
    /// <summary>The longest key.</summary>
    public const int MaxLength = 512;

    private const int MaxSegment = 200;

    /// <summary>Whether the text is a key.</summary>
    public static bool IsValid(ReadOnlySpan<char> key)
    {
        if (key.IsEmpty || key.Length > MaxLength || key.ContainsAnyExcept(Alphabets.Key))
            return false;
        foreach (var range in key.Split('/'))
        {
            var segment = key[range];
            if (segment.IsEmpty || segment.Length > MaxSegment || segment[0] == '.')
                return false;
        }

        return true;
    }

    /// <summary>Whether the text is the beginning of a key, or empty: what a listing may ask for.</summary>
    public static bool IsValidPrefix(ReadOnlySpan<char> prefix) =>
        prefix.IsEmpty || IsValid(prefix[^1] == '/' ? prefix[..^1] : prefix);

    /// <summary>Throws <see cref="StoreFault.InvalidKey"/> where the text is not a key. A refused key is not repeated in the message.</summary>
    public static void Require(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!IsValid(key))
            throw new StoreException(StoreFault.InvalidKey, "the store refuses this key: it is not one of the layout's");
    }

    /// <summary>Throws <see cref="StoreFault.InvalidKey"/> where the text is not the beginning of a key.</summary>
    public static void RequirePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (!IsValidPrefix(prefix))
            throw new StoreException(StoreFault.InvalidKey, "the store refuses this prefix: it is not one of the layout's");
    }
}
