using System.Net;
using System.Net.WebSockets;
using K8sRecorder.Testing.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Integration.Proxy;

/// <summary>A server on loopback, in plaintext and with TLS under the name <c>localhost</c>, in both versions of HTTP; it has a repository of git.</summary>
internal sealed class OriginServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OriginServer(WebApplication app) => _app = app;

    public int PlainPort { get; private set; }

    public int TlsPort { get; private set; }

    public static async Task<OriginServer> StartAsync(WorldAuthority authority)
    {
        var certificate = authority.Certify(["localhost", "fronted.test"]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(certificate));
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(AnswerAsync);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address)).ToList();
        return new OriginServer(app)
        {
            PlainPort = addresses.Single(address => address.Scheme == "http").Port,
            TlsPort = addresses.Single(address => address.Scheme == "https").Port,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/ws":
                using (var socket = await context.WebSockets.AcceptWebSocketAsync())
                {
                    var buffer = new byte[4 << 10];
                    while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } part)
                        await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                }
                break;
            case "/repository.git/info/refs":
                await context.Response.WriteAsync($"{new string('a', 40)}\trefs/heads/main\n");
                break;
            case "/repository.git/HEAD":
                await context.Response.WriteAsync("ref: refs/heads/main\n");
                break;
            default:
                await context.Response.WriteAsync($"hello by {context.Request.Protocol}\n");
                break;
        }
    }
}
