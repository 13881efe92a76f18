namespace K8sRecorder.Soak.SidecarKill;

/// <summary>What a run has done so far; all of it, and what went wrong.</summary>
internal sealed class Figures
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];

    public int FailureCount
    {
        get
        {
            lock (_gate)
                return _failures.Count;
        }
    }

    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_gate)
                return [.. _failures];
        }
    }

    public void Add(string name, long count = 1)
    {
        lock (_gate)
            _counts[name] = _counts.GetValueOrDefault(name) + count;
    }

    public void Highest(string name, long value)
    {
        lock (_gate)
            _counts[name] = Math.Max(_counts.GetValueOrDefault(name), value);
    }

    public long this[string name]
    {
        get
        {
            lock (_gate)
                return _counts.GetValueOrDefault(name);
        }
    }

    public void Fail(string failure)
    {
        lock (_gate)
            _failures.Add(failure);
    }

    public override string ToString()
    {
        lock (_gate)
            return string.Join(' ', _counts.Select(count => $"{count.Key}={count.Value}"));
    }
}
