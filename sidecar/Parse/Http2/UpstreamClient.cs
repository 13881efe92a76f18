using System.Net;
using System.Net.Security;
using System.Text;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>The client of one target: nothing of its own in a request, nothing decided for the agent.</summary>
internal static class UpstreamClient
{
    private const int MaxResponseHeadKib = 128;

    public static HttpMessageInvoker Create(IRoute route, int maxConnections, Func<uint, ValueTask> noteError)
    {
        var connections = new TargetConnections(route.Time);
        return new(new FlushingHandler(HandlerOver(ConnectAsync, maxConnections), connections));

        // the stream that the client is given has its TLS already
        ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var request = context.InitialRequestMessage;
            return connections.OpenAsync(token => route.DialAsync(ProtocolsOf(request), token), request.Version, noteError, cancellationToken);
        }
    }

    /// <summary>The same over connections that somebody else makes.</summary>
    public static SocketsHttpHandler HandlerOver(
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect, int maxConnections) => new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = Timeout.InfiniteTimeSpan, // whoever connects has a limit of his own, and may wait for something else
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            PooledConnectionLifetime = TargetConnections.Lifetime,
            MaxConnectionsPerServer = maxConnections,
            MaxResponseHeadersLength = MaxResponseHeadKib,
            // as long as agents wait for it themselves, in practice (curl, node): then the body goes without the 100
            Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
            InitialHttp2StreamWindowSize = 128 << 10, // grows where the agent reads fast
            RequestHeaderEncodingSelector = static (_, request) =>
            {
                FlushingHandler.AssertUnbegun(request);
                return Encoding.Latin1;
            },
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ConnectCallback = connect,
        };

    private static SslApplicationProtocol[] ProtocolsOf(HttpRequestMessage request) =>
        request.Version.Major >= 2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11];
}
