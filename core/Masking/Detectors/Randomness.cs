namespace K8sRecorder.Masking.Detectors;

/// <summary>Judges whether text looks drawn by chance.</summary>
internal static class Randomness
{
    /// <summary>Shannon entropy in bits a byte; looks at 256 bytes at most.</summary>
    public static double Entropy(ReadOnlySpan<byte> text)
    {
        if (text.Length > 256)
            text = text[..256];
        if (text.IsEmpty)
            return 0;
        Span<short> counts = stackalloc short[256];
        counts.Clear();
        foreach (var b in text)
            counts[b]++;
        var sum = 0.0;
        foreach (var count in counts)
        {
            if (count > 1)
                sum += count * Math.Log2(count);
        }

        return Math.Log2(text.Length) - (sum / text.Length);
    }

    public static int CountDigits(ReadOnlySpan<byte> text)
    {
        var digits = 0;
        foreach (var b in text)
            digits += char.IsAsciiDigit((char)b) ? 1 : 0;
        return digits;
    }
}
