using System.Net;
using System.Text;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Pipeline;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>
/// The loopback listeners of HTTP targets: one Kestrel server, one endpoint a target. The bare server, without the web host around
/// it: no middleware, no routing, no activity a request.
/// </summary>
internal sealed class HttpListeners : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly HttpApplication _application;

    public HttpListeners(IReadOnlyList<(IPEndPoint Listen, HttpTarget Target)> targets, RecorderPipeline pipeline, TimeProvider time, ILoggerFactory loggers)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowAlternateSchemes = true };
        options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        SetLimits(options.Limits);
        foreach (var (listen, target) in targets)
        {
            options.Listen(listen, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1AndHttp2;
                endpoint.Use(next => new PrefaceSniffer(next, target, time).OnConnectionAsync);
            });
        }
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { NoDelay = true }), loggers);
        _server = new KestrelServer(Options.Create(options), transport, loggers);
        _application = new HttpApplication(pipeline);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_application, cancellationToken);

    /// <summary>Stops accepting, lets exchanges end, and cuts those that have not by the time the token fires.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void SetLimits(KestrelServerLimits limits)
    {
        // what an agent sends and how fast is between it and its target; only what we must keep in memory is bounded
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestLineSize = 64 << 10;
        limits.MaxRequestHeadersTotalSize = 256 << 10;
        limits.MaxRequestHeaderCount = 1000;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(60);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        limits.MaxConcurrentConnections = null;
        limits.Http2.MaxStreamsPerConnection = 1000;
        limits.Http2.InitialConnectionWindowSize = 2 << 20;
        limits.Http2.InitialStreamWindowSize = 1 << 20;
        limits.Http2.MaxRequestHeaderFieldSize = 64 << 10;
    }
}
