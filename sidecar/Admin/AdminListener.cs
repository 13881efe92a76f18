using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace K8sRecorder.Sidecar.Admin;

/// <summary>
/// The admin port: <c>/healthz</c> (the process lives and can record), <c>/readyz</c> (it takes connections), <c>/metrics</c>.
/// Loopback, read-only, and nothing of any exchange on it.
/// </summary>
internal sealed class AdminListener : IHttpApplication<IFeatureCollection>, IDisposable
{
    private readonly KestrelServer _server;
    private readonly MetricsText _metrics;
    private readonly Func<bool> _isHealthy;
    private readonly Func<bool> _isReady;

    public AdminListener(IPEndPoint address, MetricsText metrics, Func<bool> isHealthy, Func<bool> isReady, ILoggerFactory loggers)
    {
        _metrics = metrics;
        _isHealthy = isHealthy;
        _isReady = isReady;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.MaxConcurrentConnections = 100;
        options.Listen(address, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(this, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        if (request.Method is not ("GET" or "HEAD"))
        {
            response.StatusCode = 405;
            response.Headers.Allow = "GET, HEAD";
            return;
        }
        (response.StatusCode, var type, var text) = request.Path switch
        {
            "/healthz" => (_isHealthy() ? 200 : 503, "text/plain", _isHealthy() ? "ok\n" : "recording has failed\n"),
            "/readyz" => (_isReady() ? 200 : 503, "text/plain", _isReady() ? "ok\n" : "not ready\n"),
            "/metrics" => (200, "text/plain; version=0.0.4; charset=utf-8", _metrics.Render()),
            _ => (404, "text/plain", "not found\n"),
        };
        var body = Encoding.UTF8.GetBytes(text);
        response.Headers.ContentType = type;
        response.Headers.ContentLength = body.Length;
        if (request.Method == "GET")
            await context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(body);
    }

    public void Dispose() => _server.Dispose();
}
