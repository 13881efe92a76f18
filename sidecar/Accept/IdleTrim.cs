using System.Runtime;
using K8sRecorder.Recording.Sessions;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>
/// Gives back what a burst left behind, once it is over: an agent thinks longer than it speaks, and the collector only runs when something is
/// allocated, so what was resident at the end of a burst would be so until the next. One collection of some 20 ms a burst, in a second in
/// which nothing is under way.
/// </summary>
/// <param name="time">Where the wait comes from.</param>
/// <param name="isBusy">Whether something is under way again, however little it allocates: a collection would stop it.</param>
/// <param name="allocated">Bytes allocated so far by the whole process.</param>
/// <param name="trim">What is done.</param>
internal sealed class IdleTrim(TimeProvider time, Func<bool> isBusy, Func<long> allocated, Action trim) : IDisposable
{
    // What a few exchanges allocate is not worth a collection, and what happens in a quiet second is no exchange.
    private const long Worthwhile = 32 << 20;
    private const long Quiet = 256 << 10;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private ITimer? _timer;
    private long _atTrim;
    private long _atIdle;
    private bool _isDisposed;

    public IdleTrim(TimeProvider time, CoarseClock clock)
        : this(time, () => clock.IsFast, static () => GC.GetTotalAllocatedBytes(), Trim) => clock.Slowed = Idle;

    /// <summary>Nothing is under way now. Any thread.</summary>
    public void Idle()
    {
        lock (_lock)
        {
            var now = allocated();
            if (_isDisposed || now - _atTrim < Worthwhile)
                return;
            _atIdle = now;
            _timer ??= time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(Wait, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private static void Trim()
    {
        RecordingMemory.Release();
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private void Look()
    {
        lock (_lock)
        {
            if (_isDisposed || isBusy())
                return; // and is called when it is over
            var now = allocated();
            if (now - _atIdle > Quiet)
            {
                // work goes on, of an agent or of what is sealed and shipped after it: when that is over
                _atIdle = now;
                _timer!.Change(Wait, Timeout.InfiniteTimeSpan);
                return;
            }
            trim();
            _atTrim = allocated();
        }
    }
}
