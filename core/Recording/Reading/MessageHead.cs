namespace K8sRecorder.Recording.Reading;

/// <summary>The head of an HTTP message: start line and header lines, in the order received.</summary>
/// <param name="StartLine">The start line; empty for trailers.</param>
/// <param name="Fields">The header lines.</param>
/// <param name="Bytes">The head's exact bytes, lines ending in a line feed, with the values put back that stood in the record.</param>
/// <param name="Masked">The masked spans, offsets in <paramref name="Bytes"/>.</param>
/// <param name="IsComplete">Whether all of it could be read.</param>
public sealed record MessageHead(
    string StartLine, IReadOnlyList<HeaderField> Fields, ReadOnlyMemory<byte> Bytes, IReadOnlyList<MaskedText> Masked, bool IsComplete)
{
    /// <summary>The request target of a request's start line, or null.</summary>
    public string? RequestTarget
    {
        get
        {
            var first = StartLine.IndexOf(' ', StringComparison.Ordinal);
            var last = StartLine.LastIndexOf(' ');
            return first > 0 && last > first ? StartLine[(first + 1)..last] : null;
        }
    }

    /// <summary>The value of the first field of a name, in any case; null where there is none.</summary>
    public string? Value(string name)
    {
        foreach (var field in Fields)
            if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return field.Value;
        return null;
    }
}
