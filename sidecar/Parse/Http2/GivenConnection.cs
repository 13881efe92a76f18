using System.IO.Pipelines;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Parse.Http;
using Microsoft.AspNetCore.Connections;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>A connection on its way to Kestrel: the bytes that were read to know what it speaks, then the socket.</summary>
internal sealed class GivenConnection : DefaultConnectionContext
{
    // Not that of the class above: it fires it from a pool thread, maybe after it was disposed, and that ends the process. It is never disposed.
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Socket _socket;

    public GivenConnection(Socket socket, ReadOnlyMemory<byte> first, HttpTarget target)
        : base(Guid.NewGuid().ToString("N"))
    {
        _socket = socket;
        ConnectionClosed = _closed.Token;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        Features.Set(target);
        var stream = new ReplayedStream(first.ToArray(), new NetworkStream(socket, ownsSocket: true));
        Transport = new Duplex(PipeReader.Create(stream, new StreamPipeReaderOptions(useZeroByteReads: true)), PipeWriter.Create(stream));
    }

    /// <summary>Completes when Kestrel is done with it.</summary>
    public Task Ended => _ended.Task;

    public override void Abort(ConnectionAbortedException abortReason)
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // the agent was first
        }
        _ = _closed.CancelAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _ended.TrySetResult();
        await base.DisposeAsync();
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    private sealed class ReplayedStream(ReadOnlyMemory<byte> first, Stream inner) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> _first = first;

        public override bool CanWrite => true;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_first.Length == 0)
                return inner.ReadAsync(buffer, cancellationToken);
            var read = Math.Min(buffer.Length, _first.Length);
            _first[..read].CopyTo(buffer);
            _first = _first[read..];
            return ValueTask.FromResult(read);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.WriteAsync(buffer, offset, count, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
