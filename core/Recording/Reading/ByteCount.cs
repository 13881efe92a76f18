namespace K8sRecorder.Recording.Reading;

/// <summary>Adds up sizes that a recording states. A hostile one may state any number: none is below zero, and no sum overflows.</summary>
public static class ByteCount
{
    /// <summary>Where a sum stops: an exbibyte is more than any recording says in earnest.</summary>
    public const long Most = 1L << 60;

    /// <summary>The sum of two sizes.</summary>
    public static long Add(long sum, long size) => Math.Min(Math.Clamp(sum, 0, Most) + Math.Clamp(size, 0, Most), Most);

    /// <summary>The sum of many sizes.</summary>
    public static long Sum(IEnumerable<long> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        return sizes.Aggregate(0L, Add);
    }
}
