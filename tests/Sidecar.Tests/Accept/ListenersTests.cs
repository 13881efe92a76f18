using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Accept;

/// <summary>What the accept loops live through, and how many connections they take.</summary>
public sealed class ListenersTests
{
    [Fact]
    public async Task Listener_outlives_connections_that_cannot_be_opened()
    {
        var failures = 0;
        await using var rig = new Rig(1, maxOpen: 1, _ => failures++ < 5 ? new SocketException((int)SocketError.NotConnected) : null);
        for (var i = 0; i < 5; i++)
        {
            using var refused = await RawConnection.ToAsync(rig.Ports[0]);
            Assert.Equal("", await refused.ReadToEndAsync());
        }
        using var taken = await RawConnection.ToAsync(rig.Ports[0]);

        using var opened = await rig.OpenedAsync();
        Assert.Equal(6, failures);
    }

    [Fact]
    public async Task Listener_outlives_connections_that_are_reset_at_once()
    {
        await using var rig = new Rig(1, maxOpen: 8);
        for (var i = 0; i < 100; i++)
            (await RawConnection.ToAsync(rig.Ports[0])).Reset();
        using var taken = await RawConnection.ToAsync(rig.Ports[0]);
        var port = ((IPEndPoint)taken.Socket.LocalEndPoint!).Port;

        for (var opened = await rig.OpenedAsync(); opened.PeerPort != port; opened = await rig.OpenedAsync())
            opened.End();
    }

    [Fact]
    public async Task Connection_beyond_the_limit_waits_for_one_to_end()
    {
        await using var rig = new Rig(1, maxOpen: 2);
        using var first = await RawConnection.ToAsync(rig.Ports[0]);
        using var second = await RawConnection.ToAsync(rig.Ports[0]);
        using var third = await RawConnection.ToAsync(rig.Ports[0]);
        var one = await rig.OpenedAsync();
        await rig.OpenedAsync();
        Assert.False(rig.TryOpened(out _));
        one.End();

        Assert.Equal(((IPEndPoint)third.Socket.LocalEndPoint!).Port, (await rig.OpenedAsync()).PeerPort);
    }

    [Fact]
    public async Task Listeners_to_which_nobody_comes_hold_no_place()
    {
        await using var rig = new Rig(3, maxOpen: 1);
        foreach (var port in rig.Ports)
        {
            using var agent = await RawConnection.ToAsync(port);
            (await rig.OpenedAsync()).End();
        }
    }

    [Fact]
    public async Task Connection_that_waits_for_a_place_does_not_hold_up_a_stop()
    {
        await using var rig = new Rig(1, maxOpen: 1);
        using var first = await RawConnection.ToAsync(rig.Ports[0]);
        using var second = await RawConnection.ToAsync(rig.Ports[0]);
        var one = await rig.OpenedAsync();
        var stopping = rig.Listeners.StopAsync(CancellationToken.None);
        one.End();

        await stopping;
        try
        {
            Assert.Equal("", await second.ReadToEndAsync());
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode); // it was still in the kernel's queue
        }
    }

    [Fact]
    public async Task Connection_may_end_while_it_is_swept_or_cut()
    {
        var time = new ManualTime();
        await using var rig = new Rig(1, maxOpen: 8, time: time);
        var agents = new List<RawConnection>();
        for (var i = 0; i < 6; i++)
        {
            agents.Add(await RawConnection.ToAsync(rig.Ports[0]));
            (await rig.OpenedAsync()).EndsWhenSwept = i % 2 == 0;
        }
        time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 6; i += 2)
            Assert.Equal("", await agents[i].ReadToEndAsync());
        await rig.Listeners.StopAsync(new CancellationToken(canceled: true));

        foreach (var agent in agents)
        {
            Assert.Equal("", await agent.ReadToEndAsync());
            agent.Dispose();
        }
    }

    [Fact]
    public void Log_budget_is_given_anew_each_minute()
    {
        var time = new ManualTime();
        var budget = new LogBudget(time, perMinute: 2);
        Assert.Equal([true, true, false, false], Enumerable.Range(0, 4).Select(_ => budget.TryTake()));
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => budget.TryTake()));
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly Channel<FakeConnection> _opened = Channel.CreateUnbounded<FakeConnection>();
        private readonly LogLines _logs = new();

        public Rig(int listeners, int maxOpen, Func<Socket, Exception?>? refuse = null, TimeProvider? time = null)
        {
            Ports = [.. Enumerable.Range(0, listeners).Select(_ => Loopback.FreePort())];
            Listeners = new Listeners(
                [.. Ports.Select(port => new Listener(new IPEndPoint(IPAddress.Loopback, port), "target", Open))],
                maxOpen, new CoarseClock(time ?? TimeProvider.System), time ?? TimeProvider.System, new Microsoft.Extensions.Logging.Logger<Listeners>(_logs));
            Listeners.Start();

            IConnection Open(Socket socket)
            {
                if (refuse?.Invoke(socket) is { } failure)
                    throw failure;
                var connection = new FakeConnection(socket);
                _opened.Writer.TryWrite(connection);
                return connection;
            }
        }

        public int[] Ports { get; }

        public Listeners Listeners { get; }

        public async Task<FakeConnection> OpenedAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            return await _opened.Reader.ReadAsync(patience.Token);
        }

        public bool TryOpened(out FakeConnection? connection) => _opened.Reader.TryRead(out connection);

        public async ValueTask DisposeAsync()
        {
            await Listeners.DisposeAsync();
            _logs.Dispose();
        }
    }

    private sealed class FakeConnection(Socket socket) : IConnection
    {
        private readonly TaskCompletionSource _ended = new(); // whatever ends it goes on with what follows

        public bool EndsWhenSwept { get; set; }

        public int PeerPort { get; } = ((IPEndPoint)socket.RemoteEndPoint!).Port;

        public Task RunAsync() => _ended.Task;

        public void End() => _ended.TrySetResult();

        public void Stop()
        {
        }

        public void Cut() => End();

        public bool Sweep()
        {
            if (EndsWhenSwept)
                End();
            return false;
        }

        public void Dispose() => socket.Dispose();
    }
}
