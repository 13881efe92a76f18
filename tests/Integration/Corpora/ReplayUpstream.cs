using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Integration.Corpora;

/// <summary>The server of recorded responses: it sends streams piece by piece, each only when the client has the one before.</summary>
internal sealed class ReplayUpstream : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Dictionary<string, Replay> _replays;
    private readonly WebApplication _app;

    private ReplayUpstream(IEnumerable<Replay> replays, int port, Version version)
    {
        _replays = replays.ToDictionary(r => r.Exchange.Id);
        Port = port;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = version.Major == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
        });
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    public int Port { get; }

    public static async Task<ReplayUpstream> StartAsync(IEnumerable<Replay> replays, int port, Version version)
    {
        var upstream = new ReplayUpstream(replays, port, version);
        await upstream._app.StartAsync();
        return upstream;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        if (!_replays.TryGetValue(context.Request.Headers[Replay.IdHeader].ToString(), out var replay))
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return;
        }

        await KeepRequestAsync(context, replay);
        WriteHead(context, replay);
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(Patience);
        var sent = 0;
        foreach (var piece in replay.Pieces)
        {
            try
            {
                await replay.UntilReceivedAsync(sent, patience.Token);
            }
            catch (OperationCanceledException)
            {
                replay.Fault ??= $"the client did not have {sent} bytes before the next were sent: something holds the stream back";
                context.Abort();
                return;
            }

            await context.Response.BodyWriter.WriteAsync(piece, patience.Token);
            sent += piece.Length;
        }
    }

    private static async Task KeepRequestAsync(HttpContext context, Replay replay)
    {
        replay.SeenTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        foreach (var (name, values) in context.Request.Headers)
            replay.SeenHeaders.AddRange(values.Select(v => KeyValuePair.Create(name, v ?? "")));
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        replay.SeenBody = body.ToArray();
    }

    private static void WriteHead(HttpContext context, Replay replay)
    {
        var exchange = replay.Exchange;
        context.Response.StatusCode = exchange.Status;
        foreach (var group in ReplayHeaders.Sent(exchange.ResponseHeaders).GroupBy(h => h.Key, StringComparer.OrdinalIgnoreCase))
            context.Response.Headers[group.Key] = group.Select(h => h.Value).ToArray();
        var length = exchange.ResponseHeaders.FirstOrDefault(h => h.Key.Equals("content-length", StringComparison.OrdinalIgnoreCase)).Value;
        if (HttpMethods.IsHead(exchange.Method) && long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var of))
            context.Response.ContentLength = of;
        else if (replay.Pieces.Count <= 1 && !ResponsePieces.IsChunked(exchange))
            context.Response.ContentLength = exchange.ResponseWire.Length;
    }
}
