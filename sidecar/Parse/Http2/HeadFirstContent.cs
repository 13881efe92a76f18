using System.Net;
using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// A response's content that sends the head on as soon as its first byte is not there yet. The forwarder alone would wait for
/// it, and an event stream's first event may be an hour away while the agent waits for the status.
/// </summary>
internal sealed class HeadFirstContent(HttpContent inner, Http2Exchange exchange) : HttpContent
{
    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new HeadFirstStream(await inner.ReadAsStreamAsync(cancellationToken), exchange);

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => inner.CopyToAsync(stream, context);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private sealed class HeadFirstStream(Stream inner, Http2Exchange exchange) : ReadOnlyStream
    {
        // The forwarder asks for 64 KiB. Whoever does not read makes us hold a piece, as it came and masked, for each of its streams.
        private const int PieceBytes = 16 << 10;

        private bool _headIsOut;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = inner.ReadAsync(buffer[..Math.Min(buffer.Length, PieceBytes)], cancellationToken);
            if (read.IsCompletedSuccessfully)
                return read;
            if (_headIsOut || read.IsCompleted)
                return NoteFailureAsync(read);
            _headIsOut = true;
            return NoteFailureAsync(SendHeadMeanwhileAsync(read));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }

        /// <summary>The forwarder resets the agent's stream before it says why: the exchange must know by then.</summary>
        private async ValueTask<int> NoteFailureAsync(ValueTask<int> read)
        {
            try
            {
                return await read;
            }
            catch (IOException failure)
            {
                exchange.OriginException = failure;
                throw;
            }
        }

        private async ValueTask<int> SendHeadMeanwhileAsync(ValueTask<int> read)
        {
            var pending = read.AsTask();
            await exchange.FlushResponseHeadAsync();
            return await pending;
        }
    }
}
