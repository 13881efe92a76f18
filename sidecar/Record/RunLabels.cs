using System.Text;

namespace K8sRecorder.Sidecar.Record;

/// <summary>
/// What the agent claims its exchanges belong to: the first of the policy's run headers that an exchange bears. A claim opens and
/// decides nothing, and an agent cannot fill a recording with it: 1,024 values of 128 bytes a session (DESIGN.md 3).
/// </summary>
internal sealed class RunLabels
{
    private const int MaxValues = 1024;
    private const int MaxLength = 128;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public RunLabels(IReadOnlyList<string> headers)
    {
        Headers = [.. headers.Select(Encoding.ASCII.GetBytes)];
        _lookup = _seen.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Names of the fields, in the order in which they are asked.</summary>
    public IReadOnlyList<byte[]> Headers { get; }

    /// <summary>The part of a field's value that is the label.</summary>
    public static ReadOnlySpan<byte> LabelOf(ReadOnlySpan<byte> header, ReadOnlySpan<byte> value) =>
        header.SequenceEqual("traceparent"u8) ? TraceOf(value) : value;

    /// <summary>Whether the session takes the label; it has too many already, or the label is too long.</summary>
    public bool Accept(ReadOnlySpan<byte> label)
    {
        if (label.Length is 0 or > MaxLength)
            return false;
        Span<char> text = stackalloc char[MaxLength];
        text = text[..Encoding.Latin1.GetChars(label, text)];
        lock (_lock)
            return _lookup.Contains(text) || (_seen.Count < MaxValues && _lookup.Add(text));
    }

    /// <summary>Starts anew with a new session.</summary>
    public void Clear()
    {
        lock (_lock)
            _seen.Clear();
    }

    /// <summary>The trace of a traceparent: the span behind it differs with every exchange.</summary>
    private static ReadOnlySpan<byte> TraceOf(ReadOnlySpan<byte> value)
    {
        const int TraceLength = 32;
        var at = value.IndexOf((byte)'-') + 1;
        return at > 0 && value.Length > at + TraceLength && value[at + TraceLength] == '-' && !value.Slice(at, TraceLength).Contains((byte)'-')
            ? value.Slice(at, TraceLength)
            : value;
    }
}
