using System.Net;
using System.Text;
using System.Threading.Channels;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Pipeline;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// HTTP/2 from agents: a bare Kestrel without the web host around it, which listens nowhere and is given connections that began with the
/// preface; YARP's forwarder sends what it brings. Neither is made before the first such connection: few agents speak it.
/// </summary>
internal sealed class Http2Server(RecorderPipeline pipeline, ILoggerFactory loggers) : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> _given = Channel.CreateUnbounded<ConnectionContext>();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly CancellationTokenSource _stopped = new(); // never disposed: it has no timer, and connections that were cut may be late
    private ServiceProvider? _forwarding;
    private KestrelServer? _server;
    private bool _isStopping;

    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

    /// <summary>Serves a connection whose first bytes are these, to its end.</summary>
    public async Task ServeAsync(Wire agent, ReadOnlyMemory<byte> first, HttpTarget target)
    {
        if (!await StartAsync())
            return;
        await using var connection = new GivenConnection(agent, first, target);
        if (!_given.Writer.TryWrite(connection))
            return;
        if (!await connection.EndAsync(pipeline.Settings.Time, _stopped.Token))
            pipeline.NoteFailure(target.Name, new TimeoutException());
        // a server that stops says that it failed to those that do not end in time
        if (connection.Said.GoAwayCode is { } said and not Http2Codes.NoError && !(said == Http2Codes.InternalError && pipeline.IsStopping))
            await pipeline.RecordHttp2ErrorAsync(target.Facts, "agent", "recorder", Http2Codes.NameOf(said));
        else if (connection.Heard.GoAwayCode is { } heard and not Http2Codes.NoError)
            await pipeline.RecordHttp2ErrorAsync(target.Facts, "agent", "agent", Http2Codes.NameOf(heard));
    }

    /// <summary>Lets exchanges end, and cuts those that have not by the time the token fires.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(CancellationToken.None); // a start takes no longer than making objects
        _isStopping = true;
        _starting.Release();
        try
        {
            if (_server is not null)
                await _server.StopAsync(cancellationToken);
        }
        finally
        {
            await _stopped.CancelAsync();
        }
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _given.Reader.WaitToReadAsync(cancellationToken) && _given.Reader.TryRead(out var next) ? next : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _given.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <summary>Kestrel's, of its listener: nothing of it is ours to close. See <see cref="CloseAsync"/>.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async ValueTask CloseAsync()
    {
        _server?.Dispose();
        if (_forwarding is not null)
            await _forwarding.DisposeAsync();
        _starting.Dispose();
    }

    private async ValueTask<bool> StartAsync()
    {
        await _starting.WaitAsync(CancellationToken.None);
        try
        {
            if (_server is null && !_isStopping)
            {
                _forwarding = new ServiceCollection().AddSingleton(loggers).AddLogging().AddHttpForwarder().BuildServiceProvider();
                var origin = new YarpOrigin(_forwarding.GetRequiredService<IHttpForwarder>());
                _server = new KestrelServer(Options.Create(OptionsOf(EndPoint)), this, loggers);
                await _server.StartAsync(new Http2Application(pipeline, origin), CancellationToken.None);
            }
            return !_isStopping;
        }
        finally
        {
            _starting.Release();
        }
    }

    private static KestrelServerOptions OptionsOf(EndPoint endPoint)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowAlternateSchemes = true };
        options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.Listen(endPoint, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        // what an agent sends and how fast is between it and its target; only what we must keep in memory is bounded
        var limits = options.Limits;
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestLineSize = 64 << 10;
        limits.MaxRequestHeadersTotalSize = 64 << 10; // held before anybody is asked, and a few bytes on the wire become as much
        limits.MaxRequestHeaderCount = 1000;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(60);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        limits.MaxConcurrentConnections = null;
        limits.Http2.MaxStreamsPerConnection = 128;
        limits.Http2.InitialConnectionWindowSize = 256 << 10; // what an agent may have us hold for a target that does not read
        limits.Http2.InitialStreamWindowSize = 128 << 10;
        limits.Http2.MaxRequestHeaderFieldSize = 64 << 10;
        return options;
    }
}
