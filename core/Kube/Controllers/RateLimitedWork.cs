namespace K8sRecorder.Kube.Controllers;

/// <summary>
/// The work queue, as client-go has it: a key is in it once, however often it is added; while it is worked on it is given to nobody else,
/// and if it is added meanwhile it comes again afterwards. Keys that fail wait longer each time. Safe for many at once.
/// </summary>
public sealed class RateLimitedWork<TKey> : IDisposable
    where TKey : notnull
{
    private readonly RateLimitedWorkOptions _options;
    private readonly Lock _lock = new();
    private readonly Queue<TKey> _ready = new();
    private readonly HashSet<TKey> _dirty = [];
    private readonly HashSet<TKey> _working = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, DateTimeOffset> _dueAt = [];
    private readonly PriorityQueue<TKey, DateTimeOffset> _waiting = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _shutDown = new();
    private bool _isDisposed;

    public RateLimitedWork(RateLimitedWorkOptions? options = null)
    {
        _options = options ?? new RateLimitedWorkOptions();
        _timer = _options.Time.CreateTimer(_ => MoveDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Keys that are ready to be worked on.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _ready.Count;
        }
    }

    /// <summary>As soon as somebody is free.</summary>
    public void Add(TKey key)
    {
        lock (_lock)
            Add_NeedsLock(key);
    }

    /// <summary>After a time; of several times for a key the earliest counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        lock (_lock)
        {
            if (delay <= TimeSpan.Zero)
            {
                Add_NeedsLock(key);
                return;
            }
            var due = _options.Time.GetUtcNow() + delay;
            if (_isDisposed || _shutDown.IsCancellationRequested || (_dueAt.TryGetValue(key, out var known) && known <= due))
                return;
            // What stood in the heap for it before is passed over when it comes up.
            _dueAt[key] = due;
            _waiting.Enqueue(key, due);
            Schedule_NeedsLock();
        }
    }

    /// <summary>After a time that doubles with each failure of this key.</summary>
    public TimeSpan AddRateLimited(TKey key)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
            wait = Backoff.Of(failures, _options.FirstRetry, _options.LongestRetry);
        }
        AddAfter(key, wait);
        return wait;
    }

    /// <summary>Its failures are forgotten.</summary>
    public void Forget(TKey key)
    {
        lock (_lock)
            _failures.Remove(key);
    }

    public int Failures(TKey key)
    {
        lock (_lock)
            return _failures.GetValueOrDefault(key);
    }

    /// <summary>The next key, which is the caller's until <see cref="Done"/>; false once the queue is shut down and empty.</summary>
    public async Task<(bool HasKey, TKey? Key)> GetAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_available.Wait(0, CancellationToken.None))
                return (true, Take());
            if (_shutDown.IsCancellationRequested)
                return (false, default);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _shutDown.Token);
            try
            {
                await _available.WaitAsync(either.Token);
                return (true, Take());
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Shut down: what is ready is still given out.
            }
        }
    }

    /// <summary>The key is worked on no longer; it is ready again if it was added meanwhile.</summary>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            _working.Remove(key);
            if (_dirty.Contains(key))
                MakeReady_NeedsLock(key);
        }
    }

    /// <summary>Takes nothing more, and forgets what waits for its time; what is ready is still given out.</summary>
    public void ShutDown()
    {
        lock (_lock)
        {
            _waiting.Clear();
            _dueAt.Clear();
        }
        _shutDown.Cancel();
    }

    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        _timer.Dispose();
        _available.Dispose();
        _shutDown.Dispose();
    }

    /// <summary>The semaphore counts what is ready: whoever passed it has one.</summary>
    private TKey Take()
    {
        lock (_lock)
        {
            var key = _ready.Dequeue();
            _dirty.Remove(key);
            _working.Add(key);
            return key;
        }
    }

    private void Add_NeedsLock(TKey key)
    {
        if (_isDisposed || _shutDown.IsCancellationRequested || !_dirty.Add(key))
            return;
        if (!_working.Contains(key))
            MakeReady_NeedsLock(key);
    }

    private void MakeReady_NeedsLock(TKey key)
    {
        _ready.Enqueue(key);
        _available.Release();
    }

    private void MoveDue()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            var now = _options.Time.GetUtcNow();
            while (_waiting.TryPeek(out var key, out var due) && due <= now)
            {
                _waiting.Dequeue();
                if (_dueAt.TryGetValue(key, out var current) && current == due)
                {
                    _dueAt.Remove(key);
                    Add_NeedsLock(key);
                }
            }
            Schedule_NeedsLock();
        }
    }

    private void Schedule_NeedsLock()
    {
        if (!_waiting.TryPeek(out _, out var due))
            return;
        var wait = due - _options.Time.GetUtcNow();
        // A timer takes 49 days at most.
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait, Timeout.InfiniteTimeSpan);
    }
}
