using System.Net;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// Stands between forwarder and client so that a request's bytes leave when no more are at hand. The client alone keeps them in
/// its buffer until that is full, and an agent that waits for an answer to its first chunk would wait for ever.
/// </summary>
internal sealed class FlushingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public static readonly HttpRequestOptionsKey<Http2Exchange> Exchange = new("exchange");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && request.Options.TryGetValue(Exchange, out var exchange) && exchange.RequestHasBody)
            request.Content = new FlushingContent(content, exchange);
        return base.SendAsync(request, cancellationToken);
    }

    private sealed class FlushingContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly Http2Exchange _exchange;

        public FlushingContent(HttpContent inner, Http2Exchange exchange)
        {
            _inner = inner;
            _exchange = exchange;
            foreach (var (name, values) in inner.Headers.NonValidated)
                Headers.TryAddWithoutValidation(name, values);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            _exchange.RequestTap.Sink = stream;
            return _inner.CopyToAsync(stream, context, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0; // where there is one, the agent's own Content-Length says it
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
