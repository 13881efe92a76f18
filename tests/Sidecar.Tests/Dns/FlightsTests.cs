using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Sidecar.Dns.Resolvers;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>Room for questions: shared among those who ask, and not held by what takes for ever.</summary>
public sealed class FlightsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ManualTime _time = new();
    private readonly Flights _flights;

    public FlightsTests() => _flights = new Flights(8, _time);

    [Fact]
    public async Task One_who_asks_alone_gets_half_and_another_finds_room_at_once()
    {
        var flights = await TakeAsync(1, 4);
        var fifth = Enter(1);
        Assert.False(fifth.IsCompleted);

        using var neighbour = await Enter(2);

        flights[0].Dispose();
        (await fifth).Dispose(); // and its own next when one of its own has landed
    }

    [Fact]
    public async Task Those_who_wait_take_turns()
    {
        var flights = new List<Flight>();
        for (var source = 1u; source <= 8; source++)
            flights.AddRange(await TakeAsync(source, 1));
        var waiting = new uint[] { 11, 11, 11, 12, 12 }.Select(Enter).ToList();
        foreach (var flight in flights.Take(2))
            flight.Dispose();

        await Task.WhenAll(waiting[0], waiting[3]);

        Assert.Equal([true, false, false, true, false], waiting.Select(one => one.IsCompleted));
    }

    [Fact]
    public async Task What_takes_long_gives_way_where_there_is_no_room()
    {
        var flights = new List<Flight>();
        for (var source = 1u; source <= 8; source++)
            flights.AddRange(await TakeAsync(source, 1));
        var waiting = Enter(9);
        Assert.False(flights[0].Ended.IsCancellationRequested);

        _time.Advance(Flights.Long);
        var ended = new TaskCompletionSource();
        flights[0].Ended.Register(ended.SetResult);
        await ended.Task;
        flights[0].Dispose();
        (await waiting).Dispose();

        Assert.All(flights.Skip(1), flight => Assert.False(flight.Ended.IsCancellationRequested));
    }

    [Fact]
    public async Task Flight_ends_at_its_limit_and_so_does_waiting()
    {
        var flights = await TakeAsync(1, 4);
        var waiting = Enter(1);
        _time.Advance(Limit);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.All(flights, flight => Assert.True(flight.Ended.IsCancellationRequested));
    }

    [Fact]
    public async Task Who_gives_up_takes_no_place()
    {
        var flights = await TakeAsync(1, 4);
        using var cancel = new CancellationTokenSource();
        var gone = _flights.EnterAsync(new SourceKey(0, 1), Limit, cancel.Token).AsTask();
        var next = Enter(1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        flights[0].Dispose();
        (await next).Dispose();
    }

    public void Dispose() => _flights.Dispose();

    private Task<Flight> Enter(uint source) => _flights.EnterAsync(new SourceKey(0, source), Limit, CancellationToken.None).AsTask();

    private async Task<List<Flight>> TakeAsync(uint source, int count)
    {
        var flights = new List<Flight>();
        for (var i = 0; i < count; i++)
            flights.Add(await Enter(source));
        return flights;
    }
}
