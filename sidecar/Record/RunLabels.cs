namespace K8sRecorder.Sidecar.Record;

/// <summary>
/// What the agent claims its exchanges belong to: the first of the policy's run headers that an exchange bears. A claim opens and
/// decides nothing, and an agent cannot fill a recording with it: 1,024 values of 128 bytes a session (DESIGN.md 3).
/// </summary>
internal sealed class RunLabels(IReadOnlyList<string> headers)
{
    private const int MaxValues = 1024;
    private const int MaxLength = 128;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Headers => headers;

    /// <summary>The label of a header's value, or null where the session has too many already.</summary>
    public string? Accept(string header, string value)
    {
        var label = header == "traceparent" ? TraceOf(value) : value;
        if (label.Length is 0 or > MaxLength)
            return null;
        lock (_lock)
            return _seen.Contains(label) || (_seen.Count < MaxValues && _seen.Add(label)) ? label : null;
    }

    /// <summary>Starts anew with a new session.</summary>
    public void Clear()
    {
        lock (_lock)
            _seen.Clear();
    }

    /// <summary>The trace of a traceparent: the span behind it differs with every exchange.</summary>
    private static string TraceOf(string value)
    {
        var parts = value.Split('-', 4);
        return parts.Length >= 3 && parts[1].Length == 32 ? parts[1] : value;
    }
}
