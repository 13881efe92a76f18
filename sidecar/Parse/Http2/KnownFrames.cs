using System.Net.Security;
using System.Runtime.CompilerServices;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// Reads a target's HTTP/2 without the frames that have to be ignored (<see cref="UnknownFrames"/>), and sees whether it says that the connection ends
/// with an error: the client tells that only where an exchange fails by it. One read at a time.
/// </summary>
/// <param name="read">Reads what the target sends.</param>
/// <param name="connection">Is told what is given; null: nobody asks.</param>
/// <param name="noteError">Is told the code of GOAWAY, once, before the client is given the frame; does not throw.</param>
internal sealed class KnownFrames(
    Func<Memory<byte>, CancellationToken, ValueTask<int>> read, TargetConnection? connection = null, Func<uint, ValueTask>? noteError = null)
{
    private readonly UnknownFrames _unknown = new();
    private readonly EndFrames _ends = new(0);
    private bool _isNoted = noteError is null;
    private bool _isGoing = connection is null;
    private byte[]? _small;
    private Memory<byte> _rest;

    /// <summary>
    /// The same connection as the client is given it. The client takes TLS only from the stream of TLS itself, which therefore has to read in this way.
    /// </summary>
    /// <param name="stream">The connection.</param>
    /// <param name="asked">The version that is asked for on it.</param>
    /// <param name="connection">Is told what comes and goes, where it is HTTP/2.</param>
    /// <param name="noteError">Is told the code of GOAWAY where it is an error.</param>
    public static Stream Of(Stream stream, Version asked, TargetConnection connection, Func<uint, ValueTask> noteError)
    {
        if (stream is WatchedTls tls)
        {
            if (tls.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
                return stream;
            tls.ReadInstead = new KnownFrames(tls.ReadPlainAsync, connection, noteError).ReadAsync;
            tls.WhenWritten = connection.NoteWrittenAsync;
            tls.WhenEnded = connection.NoteEnd;
        }
        else if (asked.Major >= 2 && stream is not SslStream)
            stream = new OverPlaintext(stream, connection, noteError);
        else
            return stream;
        connection.Begin();
        return stream;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        connection?.NoteAsked();
        var given = await GiveAsync(buffer, cancellationToken);
        connection?.NoteGiven(buffer.Span[..given]);
        return given;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> GiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_rest.IsEmpty && (buffer.Length >= UnknownFrames.Decisive || buffer.IsEmpty))
            return await FillAsync(buffer, cancellationToken);
        if (_rest.IsEmpty)
        {
            _small ??= new byte[UnknownFrames.Decisive];
            _rest = _small.AsMemory(0, await FillAsync(_small, cancellationToken));
        }
        var taken = Math.Min(_rest.Length, buffer.Length);
        _rest[..taken].CopyTo(buffer);
        _rest = _rest[taken..];
        return taken;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
            return await read(buffer, cancellationToken); // asks only whether there is something
        for (var turn = 1; ; turn++)
        {
            var held = _unknown.Restore(buffer.Span);
            var came = await read(buffer[held..], cancellationToken);
            if (came == 0)
                return held; // the end, in the middle of a header
            if (_unknown.Take(buffer.Span[..(held + came)]) is > 0 and var stays)
            {
                if (!_isNoted || !_isGoing)
                    await LookAsync(buffer[..stays]);
                return stays;
            }
            if (turn % Wire.MostAtOnce == 0)
                await Task.Yield(); // a target that sends nothing else must not keep the thread
        }
    }

    private ValueTask LookAsync(ReadOnlyMemory<byte> bytes)
    {
        _ends.Take(bytes.Span);
        if (_ends.GoAwayCode is not null && !_isGoing)
        {
            _isGoing = true;
            connection?.NoteGoAway();
        }
        if (_ends.GoAwayCode is null or Http2Codes.NoError || noteError is null || _isNoted)
            return ValueTask.CompletedTask;
        _isNoted = true;
        return noteError(_ends.GoAwayCode.Value);
    }

    private sealed class OverPlaintext : ReadOnlyStream
    {
        private readonly Stream _inner;
        private readonly KnownFrames _frames;
        private readonly TargetConnection _connection;
        private bool _hasWritten;

        public OverPlaintext(Stream inner, TargetConnection connection, Func<uint, ValueTask> noteError) =>
            (_inner, _connection, _frames) = (inner, connection, new KnownFrames(inner.ReadAsync, connection, noteError));

        public override bool CanWrite => true;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _frames.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _hasWritten ? _inner.WriteAsync(buffer, cancellationToken) : WriteFirstAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            _inner.WriteAsync(buffer, offset, count, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

        private async ValueTask WriteFirstAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
        {
            _hasWritten = true;
            await _inner.WriteAsync(buffer, cancellationToken);
            await _connection.NoteWrittenAsync(cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _inner.Dispose();
            _connection.NoteEnd();
            base.Dispose(disposing);
        }
    }
}
