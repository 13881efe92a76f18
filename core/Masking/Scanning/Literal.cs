namespace K8sRecorder.Masking.Scanning;

/// <summary>A string that starts a pattern, and the pattern to try where it stands.</summary>
/// <param name="Bytes">The string; in lower case when <paramref name="IgnoreCase"/>.</param>
/// <param name="IgnoreCase">Whether ASCII letters match in either case.</param>
/// <param name="Pattern">Index of the pattern.</param>
internal sealed record Literal(byte[] Bytes, bool IgnoreCase, int Pattern)
{
    /// <summary>How many bytes of the literal stand at the text's start; all of them, or fewer where the text ends or differs.</summary>
    public int Agree(ReadOnlySpan<byte> text)
    {
        var length = Math.Min(Bytes.Length, text.Length);
        for (var i = 0; i < length; i++)
        {
            var b = text[i];
            if ((IgnoreCase ? AsciiFold.Lower(b) : b) != Bytes[i])
                return i;
        }

        return length;
    }
}
