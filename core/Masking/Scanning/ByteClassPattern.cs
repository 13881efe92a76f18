namespace K8sRecorder.Masking.Scanning;

/// <summary>A pattern without a literal: it starts where three bytes are of three classes, after a byte that is not of the first.</summary>
/// <param name="First">Bytes it may start with.</param>
/// <param name="Then">Bytes that may follow, twice.</param>
/// <param name="Pattern">Index of the pattern.</param>
internal sealed record ByteClassPattern(string First, string Then, int Pattern)
{
    private readonly bool[] _first = Table(First);
    private readonly bool[] _then = Table(Then);

    /// <summary>Whether it may start here; true as well where the text ends before that is known.</summary>
    public bool MayStart(ReadOnlySpan<byte> text, int at) =>
        _first[text[at]]
        && (at == 0 || !_then[text[at - 1]])
        && (at + 1 >= text.Length || _then[text[at + 1]])
        && (at + 2 >= text.Length || _then[text[at + 2]]);

    private static bool[] Table(string bytes)
    {
        var table = new bool[256];
        foreach (var b in bytes)
            table[(byte)b] = true;
        return table;
    }
}
