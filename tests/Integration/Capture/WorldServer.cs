using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Threading.Channels;
using K8sRecorder.Testing.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Integration.Capture;

/// <summary>Our own server outside, at several addresses, which remembers what was asked of it.</summary>
internal sealed class WorldServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WorldServer(WebApplication app) => _app = app;

    /// <summary>Address, host and path of every request.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    /// <summary>What <c>/events</c> sends, one event a text; it ends with the channel.</summary>
    public Channel<string> Events { get; set; } = Channel.CreateUnbounded<string>();

    /// <summary>What <c>/answer</c> answers.</summary>
    public string Answer { get; set; } = "";

    public static async Task<WorldServer> StartAsync(NetworkNamespace network, WorldAuthority authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<SocketTransportOptions>(sockets =>
            sockets.CreateBoundListenSocket = at => network.As(0, () => SocketTransportOptions.CreateDefaultBoundListenSocket(at)));
        builder.WebHost.UseKestrel(kestrel =>
        {
            Listen(World.App, "app.target.test", "fronted.test");
            Listen(World.Attacker, "attacker.test");
            Listen(World.Other, "other.test");
            kestrel.Listen(IPAddress.Parse(World.Elsewhere), 80);

            void Listen(string address, params string[] names)
            {
                kestrel.Listen(IPAddress.Parse(address), 80);
                kestrel.Listen(IPAddress.Parse(address), 443, endpoint => endpoint.UseHttps(authority.Certify(names)));
            }
        });
        var app = builder.Build();
        var server = new WorldServer(app);
        app.UseWebSockets();
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public bool Saw(string path) => Seen.Any(seen => seen.Contains(path, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Seen.Enqueue($"{context.Connection.LocalIpAddress} {context.Request.Host} {context.Request.Path}");
        switch (context.Request.Path.Value)
        {
            case "/ws":
                await EchoMessagesAsync(context);
                break;
            case "/events":
                context.Response.ContentType = "text/event-stream";
                await foreach (var text in Events.Reader.ReadAllAsync(context.RequestAborted))
                {
                    await context.Response.WriteAsync($"data: {text}\n\n");
                    await context.Response.Body.FlushAsync();
                }
                break;
            case "/trailers":
                context.Response.ContentType = "application/grpc";
                await context.Request.Body.CopyToAsync(context.Response.Body);
                context.Response.AppendTrailer("grpc-status", "0");
                context.Response.AppendTrailer("grpc-message", "all went well");
                break;
            case "/answer":
                await context.Request.Body.CopyToAsync(Stream.Null);
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(Answer);
                break;
            default:
                await context.Request.Body.CopyToAsync(Stream.Null);
                await context.Response.WriteAsync($"hello by {context.Request.Protocol}");
                break;
        }
    }

    private static async Task EchoMessagesAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[16 << 10];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } part)
            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
