using K8sRecorder.Masking.Detectors;
using K8sRecorder.Masking.Output;

namespace K8sRecorder.Masking.Headers;

/// <summary>Values of cookies; their names and attributes stay.</summary>
internal static class CookiePairs
{
    /// <summary><c>Cookie: a=b; c=d</c>: every value.</summary>
    public static void AddRequest(ReadOnlySpan<byte> value, RangeQueue queue)
    {
        for (var from = 0; from < value.Length;)
        {
            var length = value[from..].IndexOf((byte)';');
            var end = length < 0 ? value.Length : from + length;
            AddPair(value, from, end, queue);
            from = end + 1;
        }
    }

    /// <summary><c>Set-Cookie: a=b; Path=/; HttpOnly</c>: the first value.</summary>
    public static void AddResponse(ReadOnlySpan<byte> value, RangeQueue queue)
    {
        var end = value.IndexOf((byte)';');
        AddPair(value, 0, end < 0 ? value.Length : end, queue);
    }

    private static void AddPair(ReadOnlySpan<byte> value, int from, int end, RangeQueue queue)
    {
        var equals = value[from..end].IndexOf((byte)'=');
        // A cookie without a name is a value.
        var start = equals < 0 ? from : from + equals + 1;
        while (start < end && value[start] == ' ')
            start++;
        while (end > start && value[end - 1] == ' ')
            end--;
        if (!Marker.IsAll(value[start..end]))
            queue.Add(new MaskRange(start, end, "cookie", Rank.Field, null, 0, false));
    }
}
