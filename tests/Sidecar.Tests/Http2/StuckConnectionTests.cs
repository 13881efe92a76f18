using System.Net;
using System.Net.Sockets;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Http2;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>A connection that was cut ends, whatever Kestrel still waits for: the stop comes to its end, and what the agent's socket holds is given back.</summary>
public sealed class StuckConnectionTests
{
    // what Kestrel's queue of streams with something to send has room for
    private const int QueuedStreams = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Stream_that_finds_no_place_in_the_queue_of_what_is_sent_does_not_keep_the_recorder_from_stopping()
    {
        await using var target = await Target.StartAsync();
        await using var sidecar = await TestSidecar.StartAsync(target.Port);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, sidecar.Port);
        using var agent = new Http2Peer(new NetworkStream(socket, ownsSocket: true));

        // an answer without end that the agent does not read: what sends waits for it, and nothing leaves the queue any more
        await agent.SendAsync(new Http2Frames().Raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8)
            .Frame(Http2Frames.Settings, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff]).Number(Http2Frames.WindowUpdate, 0, int.MaxValue - 65535)
            .Get(1, "/endless").Get(3, "/held"));
        await target.BlockedAsync(Quiet);
        // as many that are reset as have room, and one more that is refused; the last that has room tells when all are there
        var frames = new Http2Frames().Number(Http2Frames.Reset, 1, 8);
        var stream = 5;
        for (var i = 0; i < QueuedStreams - 3; i++, stream += 2)
            frames.Get(stream, "/x").Number(Http2Frames.Reset, stream, 8);
        await agent.SendAsync(frames.Get(stream, "/held").Get(stream + 2, "/refused"));
        await target.HoldsAsync(2);
        // now two have something to say, and there is room for one
        await target.ReleaseAsync();
        await sidecar.StopAsync();

        // where the answer had not come to a stand, nothing was lost and there is nothing to see
        Assert.DoesNotContain("did not end", sidecar.Logs.Text, StringComparison.Ordinal);
    }

    private sealed class Target : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly SemaphoreSlim _held = new(0);
        private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _sent;

        private Target()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, endpoint => endpoint.Protocols = HttpProtocols.Http1));
            _app = builder.Build();
            _app.Run(ServeAsync);
        }

        public int Port { get; } = Loopback.FreePort();

        public static async Task<Target> StartAsync()
        {
            var target = new Target();
            await target._app.StartAsync();
            return target;
        }

        /// <summary>Until nobody takes anything of the endless answer any more, as far as that can be seen.</summary>
        public async Task BlockedAsync(TimeSpan quiet)
        {
            var last = 0L;
            for (var looks = 0; last == 0 || looks < 5; looks = last == Volatile.Read(ref _sent) ? looks + 1 : 0)
            {
                last = Volatile.Read(ref _sent);
                await Task.Delay(quiet);
            }
        }

        public async Task HoldsAsync(int requests)
        {
            for (var i = 0; i < requests; i++)
                Assert.True(await _held.WaitAsync(Patience));
        }

        public Task ReleaseAsync()
        {
            _release.SetResult();
            return HoldsAsync(2); // each says that it has answered
        }

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _held.Dispose();
        }

        private async Task ServeAsync(HttpContext context)
        {
            switch (context.Request.Path)
            {
                case "/endless":
                    await SendAsync(context);
                    break;
                case "/held":
                    _held.Release();
                    await _release.Task;
                    await context.Response.WriteAsync("x");
                    await context.Response.CompleteAsync();
                    _held.Release();
                    break;
            }
        }

        private async Task SendAsync(HttpContext context)
        {
            var piece = new byte[64 << 10];
            try
            {
                while (true)
                {
                    await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                    Interlocked.Add(ref _sent, piece.Length);
                }
            }
            catch (OperationCanceledException)
            {
                // its stream was reset
            }
        }
    }
}
