namespace K8sRecorder.Sidecar.Accept;

/// <summary>
/// The one clock for all time limits of connections. It ticks four times a second while anything is under way, every five seconds while
/// connections only idle, and not at all while none is open: a recorder that nobody uses costs nothing.
/// </summary>
internal sealed class CoarseClock(TimeProvider time) : IDisposable
{
    /// <summary>What <see cref="Now"/> grows by in a second.</summary>
    public const int TicksPerSecond = 4;

    private static readonly TimeSpan Fast = TimeSpan.FromSeconds(1) / TicksPerSecond;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private ITimer? _timer;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private volatile bool _isFast;
    private long _now;

    /// <summary>Ticks since the start, as of the last one; exact to a tick after <see cref="Quicken"/>. Any thread.</summary>
    public long Now => Volatile.Read(ref _now);

    /// <summary>Whether anything is under way that a limit of less than five seconds is for.</summary>
    public bool IsFast => _isFast;

    /// <summary>Called when it has slowed down or rests.</summary>
    public Action? Slowed { get; set; }

    /// <summary>Names what is to be done at each tick.</summary>
    public void Start(Action tick) =>
        _timer = time.CreateTimer(
            _ =>
            {
                Look();
                tick();
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Something begins that a limit of less than five seconds is for. One read where the clock is fast already. Any thread.</summary>
    public void Quicken()
    {
        if (!_isFast)
            Set(Fast);
    }

    /// <summary>Nothing is under way that a limit of less than five seconds is for. A beginning that this misses waits for one slow tick.</summary>
    public void SlowDown() => Set(Slow);

    /// <summary>Nothing is open.</summary>
    public void Rest() => Set(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Set(TimeSpan period)
    {
        lock (_lock)
        {
            if (_period == period)
                return;
            _period = period;
            Look();
            _isFast = period == Fast;
            _timer?.Change(period, period);
        }
        if (period != Fast)
            Slowed?.Invoke();
    }

    private void Look() => Volatile.Write(ref _now, (long)(time.GetElapsedTime(_start).TotalSeconds * TicksPerSecond));
}
