using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http2;
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
            var connection = new GivenConnection(new Wire(await listener.AcceptSocketAsync(), null), default, null!);
            var closed = new TaskCompletionSource();
            using var registration = connection.ConnectionClosed.Register(closed.SetResult);

            // what is fired on another thread must not find it disposed: nobody would catch that
            connection.Abort(new ConnectionAbortedException());
            await connection.DisposeAsync();
            await closed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }
}
