using System.Runtime.InteropServices;

namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>
/// The questions that are with a resolver, so many at a time. Each of who asks may have as many as there is still room for, so that one alone
/// gets half and others find room at once, however much it asks; its others wait, and those who wait take turns. Where there is no room at
/// all, those that have been there long give way: who asks for what takes for ever does not keep others from what is quick.
/// </summary>
internal sealed class Flights : IDisposable
{
    private const int LooksAtOnce = 8;

    /// <summary>How long a flight is left alone at least, and how often it is looked.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private readonly Lock _lock = new();
    private readonly LinkedList<Flight> _byAge = [];
    private readonly Dictionary<SourceKey, int> _bySource = [];
    private readonly Dictionary<SourceKey, Queue<Waiter>> _waiting = [];
    private readonly Queue<SourceKey> _turns = [];
    private int _free;
    private int _waiters;

    public Flights(int most, TimeProvider time)
    {
        (_free, _time) = (most, time);
        _sweep = time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for a place.</summary>
    /// <param name="source">Who asks.</param>
    /// <param name="limit">How long it may wait, and then how long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">There was no place in time.</exception>
    public async ValueTask<Flight> EnterAsync(SourceKey source, TimeSpan limit, CancellationToken cancellationToken)
    {
        Waiter? waiter = null;
        lock (_lock)
        {
            if (!_waiting.ContainsKey(source) && MayFly_NeedsLock(source))
                Take_NeedsLock(source);
            else
                waiter = Wait_NeedsLock(source, limit);
        }
        if (waiter is not null)
        {
            await using (cancellationToken.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).Turn.TrySetCanceled(token), waiter))
                await waiter.Turn.Task;
        }
        var flight = new Flight(this, source, limit, _time, cancellationToken);
        lock (_lock)
            _byAge.AddLast(flight.Node);
        return flight;
    }

    public void Land(Flight flight)
    {
        lock (_lock)
        {
            if (flight.Node.List is not null)
                _byAge.Remove(flight.Node);
            GiveBack_NeedsLock(flight.Source);
            Dispatch_NeedsLock();
        }
    }

    public void Dispose() => _sweep.Dispose();

    private bool MayFly_NeedsLock(SourceKey source) => _bySource.GetValueOrDefault(source) < _free;

    private void Take_NeedsLock(SourceKey source)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_bySource, source, out _)++;
        _free--;
    }

    private void GiveBack_NeedsLock(SourceKey source)
    {
        if (--CollectionsMarshal.GetValueRefOrNullRef(_bySource, source) == 0)
            _bySource.Remove(source);
        _free++;
    }

    private Waiter Wait_NeedsLock(SourceKey source, TimeSpan limit)
    {
        var waiter = new Waiter(_time.GetTimestamp(), limit);
        if (!_waiting.TryGetValue(source, out var line))
        {
            _waiting[source] = line = [];
            _turns.Enqueue(source);
        }
        line.Enqueue(waiter);
        if (_waiters++ == 0)
            _sweep.Change(Long, Long);
        return waiter;
    }

    /// <summary>Lets in those who may, one of each at a time. Those who may not yet are looked at in turn, a few at once.</summary>
    private void Dispatch_NeedsLock()
    {
        for (var looks = Math.Min(LooksAtOnce, _turns.Count); looks > 0 && _turns.Count > 0; looks--)
        {
            var source = _turns.Dequeue();
            var line = _waiting[source];
            while (line.Count > 0 && MayFly_NeedsLock(source))
            {
                _waiters--;
                if (!line.Dequeue().Turn.TrySetResult())
                    continue; // it has given up
                Take_NeedsLock(source);
                looks = LooksAtOnce;
                break;
            }
            if (line.Count > 0)
                _turns.Enqueue(source);
            else
                _waiting.Remove(source);
        }
        if (_waiters == 0)
            _sweep.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void Sweep()
    {
        List<Flight> old = [];
        lock (_lock)
        {
            foreach (var line in _waiting.Values)
            {
                while (line.TryPeek(out var first) && (first.Turn.Task.IsCompleted || _time.GetElapsedTime(first.Since) >= first.Limit))
                {
                    line.Dequeue().Turn.TrySetCanceled();
                    _waiters--;
                }
            }
            while (_free == 0 && old.Count < _waiters && _byAge.First is { } oldest && _time.GetElapsedTime(oldest.Value.Started) >= Long)
            {
                _byAge.RemoveFirst();
                old.Add(oldest.Value);
            }
            Dispatch_NeedsLock();
        }
        foreach (var flight in old)
            flight.GiveWay();
    }

    private sealed class Waiter(long since, TimeSpan limit)
    {
        public long Since => since;

        public TimeSpan Limit => limit;

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
