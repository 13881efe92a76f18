using System.Net;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// Stands between forwarder and client so that a request's bytes leave when no more are at hand. The client alone keeps them in
/// its buffer until that is full, and an agent that waits for an answer to its first chunk would wait for ever.
/// </summary>
internal sealed class FlushingHandler(HttpMessageHandler inner, TargetConnections connections) : DelegatingHandler(inner)
{
    public static readonly HttpRequestOptionsKey<Http2Exchange> Exchange = new("exchange");

    /// <summary>
    /// To be asked before a request's head is written. The client writes it again where the target says that it has not looked at it (RFC 9113 8.7), but
    /// a body that was begun is not here a second time: the agent is told what the target said, and asks again itself.
    /// </summary>
    public static void AssertUnbegun(HttpRequestMessage request)
    {
        if (request.Content is FlushingContent { IsBegun: true })
            throw Http2Failure.Refused();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && request.Options.TryGetValue(Exchange, out var exchange) && exchange.RequestHasBody)
            request.Content = new FlushingContent(content, exchange, cancellationToken);
        connections.Ask();
        try
        {
            while (true)
            {
                try
                {
                    return await base.SendAsync(request, cancellationToken);
                }
                catch (HttpRequestException failure) when (ConnectionNotKeptException.IsCauseOf(failure) && connections.HasOne)
                {
                    // nothing of it was sent, and there are others: the first of them that is free, or the next
                }
            }
        }
        finally
        {
            connections.Answered();
        }
    }

    private sealed class FlushingContent : HttpContent
    {
        private static readonly byte[] OneByte = new byte[1];

        private readonly HttpContent _inner;
        private readonly Http2Exchange _exchange;
        private readonly CancellationToken _asked;
        private Task? _copying;

        public FlushingContent(HttpContent inner, Http2Exchange exchange, CancellationToken asked)
        {
            _inner = inner;
            _exchange = exchange;
            _asked = asked;
            foreach (var (name, values) in inner.Headers.NonValidated)
                Headers.TryAddWithoutValidation(name, values);
        }

        public bool IsBegun => _copying is not null;

        /// <summary>A second time is after a target refused the stream. Its request is not here any more: it fails as the first time did.</summary>
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            if (_copying is not null)
            {
                await _copying;
                throw Http2Failure.Refused();
            }

            await (_copying = CopyAsync(stream, context, cancellationToken));
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

        private async Task CopyAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            _exchange.RequestTap.Sink = stream;
            try
            {
                await _inner.CopyToAsync(stream, context, cancellationToken);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested && cancellationToken != _asked)
            {
                await AskWhyAsync(stream, cancellationToken);
                throw;
            }
        }

        /// <summary>
        /// A token of its own the client of HTTP/2 has, and cancels where the target reset the stream. It takes what then fails first, this or
        /// the wait for the answer, for the failure of both, and of this it only knows that it was cancelled. Asked to send one byte more, which it does
        /// not send when the token is cancelled, it says what happened to the stream.
        /// </summary>
        private static async ValueTask AskWhyAsync(Stream stream, CancellationToken cancellationToken)
        {
            try
            {
                await stream.WriteAsync(OneByte, cancellationToken);
            }
            catch (Exception why) when (Http2Failure.Of(why) is not null)
            {
                throw new IOException("the target wants no more of the request", why); // in words that do not have it sent again
            }
            catch (Exception why) when (why is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
            {
                // no reason of the protocol's
            }
        }
    }
}
