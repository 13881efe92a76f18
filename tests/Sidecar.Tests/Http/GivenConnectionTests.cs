using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http2;
using K8sRecorder.Testing;
using Microsoft.AspNetCore.Connections;

namespace K8sRecorder.Sidecar.Tests.Http;

public sealed class GivenConnectionTests
{
    [Fact]
    public async Task Connection_that_is_aborted_and_closed_at_once_still_says_that_it_closed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (var i = 0; i < 200; i++)
        {
            using var agent = await RawConnection.ToAsync(((IPEndPoint)listener.LocalEndpoint).Port);
            var connection = await AcceptAsync(listener);
            var closed = new TaskCompletionSource();
            using var registration = connection.ConnectionClosed.Register(closed.SetResult);

            // what is fired on another thread must not find it disposed: nobody would catch that
            connection.Abort(new ConnectionAbortedException());
            await connection.DisposeAsync();
            await closed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task Connection_that_was_broken_off_ends_behind_its_last_exchange_though_nobody_closes_it()
    {
        var time = new ManualTime();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var agent = await RawConnection.ToAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        await using var connection = await AcceptAsync(listener);
        Assert.True(connection.TryBegin());
        var ended = connection.EndAsync(time, CancellationToken.None).AsTask();

        connection.Abort(new ConnectionAbortedException());
        time.Advance(GivenConnection.Patience * 2);
        Assert.False(ended.IsCompleted);
        connection.Finish();
        while (!ended.IsCompleted)
        {
            time.Advance(GivenConnection.Patience);
            await Task.Yield();
        }

        Assert.False(await ended);
        Assert.False(connection.TryBegin());
    }

    [Fact]
    public async Task Connection_that_is_closed_before_its_exchanges_have_ended_waits_for_them()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var agent = await RawConnection.ToAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        var connection = await AcceptAsync(listener);
        Assert.True(connection.TryBegin());
        var ended = connection.EndAsync(TimeProvider.System, CancellationToken.None).AsTask();

        await connection.DisposeAsync();
        Assert.False(ended.IsCompleted);
        connection.Finish();

        Assert.True(await ended);
    }

    [Fact]
    public async Task Connection_ends_with_the_server()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var agent = await RawConnection.ToAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        await using var connection = await AcceptAsync(listener);
        using var stopped = new CancellationTokenSource();
        var ended = connection.EndAsync(TimeProvider.System, stopped.Token).AsTask();

        await stopped.CancelAsync();

        Assert.False(await ended);
    }

    private static async Task<GivenConnection> AcceptAsync(TcpListener listener) => new(new Wire(await listener.AcceptSocketAsync(), null), default, null!);
}
