using System.Runtime.InteropServices;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>
/// The questions that were taken and not answered yet. Each of who asks may have as many as there is still room for: one alone gets half, and
/// leaves room for others however much it asks. What is not taken is dropped, as a full socket drops it; no resolver has heard of it.
/// </summary>
internal sealed class QuestionsUnderWay(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SourceKey, int> _bySource = [];
    private TaskCompletionSource? _drained;
    private int _all;

    public int Count => Volatile.Read(ref _all);

    public bool TryEnter(SourceKey source)
    {
        lock (_lock)
        {
            ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(_bySource, source, out var isKnown);
            if (own >= most - _all)
            {
                if (!isKnown)
                    _bySource.Remove(source);
                return false;
            }
            own++;
            _all++;
            return true;
        }
    }

    public void Leave(SourceKey source)
    {
        lock (_lock)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(_bySource, source) == 0)
                _bySource.Remove(source);
            if (--_all == 0)
                _drained?.TrySetResult();
        }
    }

    /// <summary>Completes when none is left.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_all == 0)
                _drained.TrySetResult();
            return _drained.Task;
        }
    }
}
