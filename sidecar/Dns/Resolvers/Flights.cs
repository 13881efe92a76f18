namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>
/// The questions that are with a resolver, so many at a time. Where there is no room, the one that has been there longest gives way, if it has
/// been there long: who asks for what takes long, or for ever, does not keep others from what is quick.
/// </summary>
internal sealed class Flights(int most, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _room = new(most, most);
    private readonly LinkedList<Flight> _under = [];
    private readonly Lock _lock = new();

    public int UnderWay => most - _room.CurrentCount;

    /// <summary>Waits for room.</summary>
    /// <param name="limit">How long it may wait, and then how long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Flight> EnterAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!_room.Wait(0, CancellationToken.None))
        {
            var began = time.GetTimestamp();
            do
            {
                if (time.GetElapsedTime(began) > limit)
                    throw new OperationCanceledException();
                DisplaceOldest();
            }
            while (!await _room.WaitAsync(Long, cancellationToken));
        }
        var flight = new Flight(this, limit, time, cancellationToken);
        lock (_lock)
            _under.AddLast(flight.Node);
        return flight;
    }

    public void Dispose() => _room.Dispose();

    private void DisplaceOldest()
    {
        Flight? oldest;
        lock (_lock)
        {
            oldest = _under.First?.Value;
            if (oldest is null || time.GetElapsedTime(oldest.Started) < Long)
                return;
            _under.RemoveFirst();
        }
        oldest.Displace();
    }

    private void Leave(Flight flight)
    {
        lock (_lock)
        {
            if (flight.Node.List is not null)
                _under.Remove(flight.Node);
        }
        _room.Release();
    }

    /// <summary>A place among them.</summary>
    internal sealed class Flight : IDisposable
    {
        private readonly Flights _flights;
        private readonly CancellationTokenSource _limit;
        private readonly CancellationTokenSource _end;

        public Flight(Flights flights, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
        {
            _flights = flights;
            Node = new LinkedListNode<Flight>(this);
            Started = time.GetTimestamp();
            _limit = new CancellationTokenSource(limit, time);
            _end = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancellationToken);
        }

        public LinkedListNode<Flight> Node { get; }

        public long Started { get; }

        /// <summary>Fires when it has taken too long, or gives way.</summary>
        public CancellationToken Ended => _end.Token;

        public void Displace()
        {
            try
            {
                _ = _limit.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // it landed in this moment
            }
        }

        public void Dispose()
        {
            _flights.Leave(this);
            _end.Dispose();
            _limit.Dispose();
        }
    }
}
