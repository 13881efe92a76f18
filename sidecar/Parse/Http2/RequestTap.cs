using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// The agent's request body on its way to the target. A byte is given out only after the recording took it, and the last one
/// only after the recording of the whole body is done (DESIGN.md 2, Strict).
/// </summary>
internal sealed class RequestTap(Http2Exchange exchange) : ReadOnlyStream
{
    private Stream _inner = Null;
    private long _left;
    private bool _ended;

    /// <summary>Where the client writes what is read here; flushed when there is nothing more to read at once.</summary>
    public Stream? Sink { get; set; }

    /// <summary>Why reading from the agent failed, if it did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Takes on the next body; <paramref name="length"/> is its Content-Length, -1 where there is none.</summary>
    public void Open(Stream inner, long length)
    {
        _inner = inner;
        _left = length;
        _ended = false;
        Sink = null;
        Failure = null;
    }

    public void Release()
    {
        _inner = Null;
        Sink = null;
        Failure = null;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            var reading = _inner.ReadAsync(buffer, cancellationToken);
            read = reading.IsCompleted || Sink is null ? await reading : await FlushMeanwhileAsync(reading, Sink, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failure = failure;
            throw;
        }
        if (buffer.Length == 0 || _ended)
            return read;
        if (read > 0)
        {
            if (_left >= 0)
                _left -= read;
            await exchange.RecordRequestAsync(buffer[..read], _left == 0);
        }
        if (read == 0 || _left == 0)
        {
            _ended = true;
            await exchange.EndRequestAsync();
        }
        return read;
    }

    private async ValueTask<int> FlushMeanwhileAsync(ValueTask<int> reading, Stream sink, CancellationToken cancellationToken)
    {
        var pending = reading.AsTask();
        await exchange.AccountRequestHeadAsync(); // the head may leave with this
        await sink.FlushAsync(cancellationToken);
        return await pending;
    }
}
