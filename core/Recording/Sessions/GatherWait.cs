using System.Threading.Tasks.Sources;

namespace K8sRecorder.Recording.Sessions;

/// <summary>The pause in which a writer lets work gather: over when its time is, or when somebody ends it. One waits at a time.</summary>
internal sealed class GatherWait : IValueTaskSource, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private ManualResetValueTaskSourceCore<bool> _core;
    private volatile bool _isUnderWay;

    public GatherWait() => _timer = new Timer(static wait => ((GatherWait)wait!).End(isTimer: true), this, Timeout.Infinite, Timeout.Infinite);

    /// <summary>Begins a pause. In real time: nothing but the size of a batch depends on it.</summary>
    public ValueTask BeginAsync(TimeSpan time)
    {
        lock (_gate)
        {
            _core.Reset();
            _isUnderWay = true;
            _timer.Change(time, Timeout.InfiniteTimeSpan);
            return new ValueTask(this, _core.Version);
        }
    }

    /// <summary>Ends it before its time. One read where there is none. Any thread.</summary>
    public void End()
    {
        if (_isUnderWay)
            End(isTimer: false);
    }

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    public void Dispose() => _timer.Dispose();

    private void End(bool isTimer)
    {
        lock (_gate)
        {
            if (!_isUnderWay)
                return; // the timer and somebody else, at once; or a late timer, which shortens the next pause
            _isUnderWay = false;
            // The timer's thread has nothing else to do; whoever posts has.
            _core.RunContinuationsAsynchronously = !isTimer;
        }

        _core.SetResult(true);
    }
}
