namespace K8sRecorder.Recording.Stores;

/// <summary>The time part of a ULID in lower case: 10 characters of Crockford's base 32 hold 48 bits of Unix milliseconds.</summary>
internal static class UlidTime
{
    private const long MaxMilliseconds = 253_402_300_799_999; // the end of year 9999, DateTimeOffset's own bound

    public static bool TryRead(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length != 26 || text.ContainsAnyExcept(Alphabets.CrockfordChars) || text[0] > '7')
            return false;
        long milliseconds = 0;
        foreach (var c in text[..10])
            milliseconds = (milliseconds << 5) | (uint)Alphabets.Crockford.IndexOf(c);
        if (milliseconds > MaxMilliseconds)
            return false;
        time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return true;
    }
}
