namespace K8sRecorder.Fuzz.Engine;

/// <summary>Ways to feed an input in pieces, decided by the input alone, so that a finding needs nothing but its bytes.</summary>
internal static class Splits
{
    private const int LongestByteByByte = 4096;

    /// <summary>Byte by byte where that is short, in two pieces, and in pieces of many sizes.</summary>
    public static IEnumerable<string> Ways(byte[] input)
    {
        if (input.Length < 2)
            yield break;
        if (input.Length <= LongestByteByByte)
            yield return "bytes";
        yield return "halves";
        yield return "pieces";
    }

    /// <summary>Calls for every piece in order.</summary>
    public static void Feed(byte[] input, string way, Action<ReadOnlyMemory<byte>> piece)
    {
        var random = RandomOf(input);
        var first = input.Length < 2 ? input.Length : random.Next(1, input.Length);
        for (var at = 0; at < input.Length;)
        {
            var length = way switch
            {
                "bytes" => 1,
                "halves" => at == 0 ? first : input.Length - at,
                _ => random.Next(4) == 0 ? random.Next(1, 5000) : random.Next(1, 40),
            };
            length = Math.Min(length, input.Length - at);
            piece(input.AsMemory(at, length));
            at += length;
        }
    }

    /// <summary>Chance that the input decides.</summary>
    public static Random RandomOf(ReadOnlySpan<byte> input)
    {
        var hash = 2166136261u;
        foreach (var value in input)
            hash = (hash ^ value) * 16777619u;
        return new Random((int)hash);
    }
}
