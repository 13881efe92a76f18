using System.Net;
using System.Net.Security;
using System.Text;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>The client of one target: nothing of its own in a request, nothing decided for the agent.</summary>
internal static class UpstreamClient
{
    private const int MaxResponseHeadKib = 128;

    public static HttpMessageInvoker Create(IRoute route, int maxConnections, Func<uint, ValueTask> noteError) => new(new FlushingHandler(HandlerOver(
        // the stream that it is given has its TLS already
        async (context, cancellationToken) => await route.DialAsync(ProtocolsOf(context.InitialRequestMessage), cancellationToken) is { } wire
            ? KnownFrames.Of(wire.OpenStream(), context.InitialRequestMessage.Version, noteError)
            : throw new IOException("the target could not be reached or believed"),
        maxConnections)));

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
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            // a name may move to another address: connections are renewed, but not so often that it costs
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
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
