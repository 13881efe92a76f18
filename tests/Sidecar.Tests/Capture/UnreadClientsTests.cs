using System.Net;
using K8sRecorder.Sidecar.Capture;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Capture;

/// <summary>Who is let through unread, and for how long.</summary>
public sealed class UnreadClientsTests
{
    private static readonly UnreadClients.Client Client = new("a.test", new IPEndPoint(IPAddress.Parse("192.0.2.1"), 443), 1);

    private readonly ManualTime _time = new();
    private readonly UnreadClients _sut;

    public UnreadClientsTests() => _sut = new UnreadClients(_time);

    [Fact]
    public void Client_that_refused_or_left_passes_and_no_other()
    {
        Assert.False(_sut.Holds(Client));
        _sut.Left(Client);

        Assert.True(_sut.Holds(Client));
        Assert.False(_sut.Holds(Client with { Shape = 2 }));
        Assert.False(_sut.Holds(Client with { Name = "b.test" }));
        Assert.False(_sut.Holds(Client with { Destination = new IPEndPoint(Client.Destination.Address, 8443) }));
        _sut.Refused(Client with { Shape = 2 });
        Assert.True(_sut.Holds(Client with { Shape = 2 }));
    }

    [Fact]
    public void It_passes_for_a_while()
    {
        _sut.Left(Client);
        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.False(_sut.Holds(Client));
    }

    [Fact]
    public void Client_that_spoke_lately_is_read_until_it_left_three_times_in_a_row()
    {
        _sut.Spoke(Client);
        _sut.Left(Client);
        _sut.Left(Client);
        _sut.Spoke(Client);
        _sut.Left(Client);
        _sut.Left(Client);
        Assert.False(_sut.Holds(Client));
        _sut.Left(Client);

        Assert.True(_sut.Holds(Client));
    }

    [Fact]
    public void Any_number_of_clients_is_no_more_than_it_keeps()
    {
        for (var shape = 0UL; shape < 5000; shape++)
            _sut.Refused(Client with { Shape = shape });

        Assert.False(_sut.Holds(Client with { Shape = 0 }));
        Assert.True(_sut.Holds(Client with { Shape = 4999 }));
    }
}
