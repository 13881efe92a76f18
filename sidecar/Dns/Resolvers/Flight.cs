namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>A question's place among those that are with a resolver; given back by disposal.</summary>
internal sealed class Flight : IDisposable
{
    private readonly Flights _flights;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _end;

    public Flight(Flights flights, SourceKey source, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        _flights = flights;
        Source = source;
        Node = new LinkedListNode<Flight>(this);
        Started = time.GetTimestamp();
        _limit = new CancellationTokenSource(limit, time);
        _end = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancellationToken);
    }

    public SourceKey Source { get; }

    public LinkedListNode<Flight> Node { get; }

    public long Started { get; }

    /// <summary>Fires when it has taken too long, or gives way.</summary>
    public CancellationToken Ended => _end.Token;

    public void GiveWay()
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
        _flights.Land(this);
        _end.Dispose();
        _limit.Dispose();
    }
}
