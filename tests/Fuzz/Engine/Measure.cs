using K8sRecorder.Fuzz.Coverage;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>What a run is measured by: what the subject allocates, and which branches it takes.</summary>
public sealed class Measure
{
    private readonly List<int> _features = [];
    private long _before;
    private bool _isCollected;

    /// <summary>Most bytes allocated between a <see cref="Begin"/> and its <see cref="End"/>.</summary>
    public long Allocated { get; private set; }

    /// <summary>Branches taken; valid until the next run.</summary>
    internal IReadOnlyList<int> Features => _features;

    /// <summary>The subject starts.</summary>
    public void Begin() => _before = GC.GetAllocatedBytesForCurrentThread();

    /// <summary>
    /// The subject ends. The first time, what it did is also what guides the search; further runs in other pieces only count by new branches,
    /// for how often they take a branch says more about the pieces than about the input.
    /// </summary>
    public void End()
    {
        Allocated = Math.Max(Allocated, GC.GetAllocatedBytesForCurrentThread() - _before);
        if (_isCollected)
            return;
        _isCollected = true;
        EdgeMap.CollectCounts(_features);
    }

    internal void Reset()
    {
        EdgeMap.Reset();
        _features.Clear();
        Allocated = 0;
        _isCollected = false;
    }

    internal void Finish()
    {
        if (!_isCollected)
            EdgeMap.CollectCounts(_features);
        EdgeMap.CollectHits(_features);
    }
}
