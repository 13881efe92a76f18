namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// Brings the rest of a request's body to the target while the response may already be coming: the second flow of an exchange, and only
/// of one whose body is not here at once. When its bytes are no longer wanted (the target has answered, or failed) it goes on reading and
/// throws away, so that the agent gets to read its answer.
/// </summary>
internal sealed class RequestPump(Http1Connection connection, Http1Exchange exchange)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _quiet;
    private TaskCompletionSource? _over;
    private int _pieces;
    private volatile bool _isBusy;
    private bool _discards;
    private bool _isSent;
    private volatile bool _isReading;
    private volatile bool _lastIsRecorded;

    /// <summary>Null where the exchange needs none.</summary>
    public Task? Running { get; private set; }

    /// <summary>Whether it waits for the agent now: then the agent is watched anyway.</summary>
    public bool IsReading => _isReading;

    /// <summary>Whether it records or sends now.</summary>
    public bool IsBusy => _isBusy;

    /// <summary>Whether the whole request is recorded, and at least about to be sent.</summary>
    public bool LastIsRecorded => _lastIsRecorded;

    /// <summary>Whether the body broke its own framing.</summary>
    public bool IsBadBody { get; private set; }

    public bool RecordingFailed { get; private set; }

    public void Start()
    {
        (_isBusy, _discards, _isSent, _lastIsRecorded, IsBadBody, RecordingFailed) = (false, false, false, false, false, false);
        _quiet = _over = null;
        Running = RunAsync();
    }

    public void Clear() => Running = null;

    /// <summary>
    /// Waits until the request is with the target in full, or nothing more of it will be, or nothing moved for <paramref name="patience"/>.
    /// True in the first case: then there is no pump any more.
    /// </summary>
    public async ValueTask<bool> EndAsync(TimeSpan patience, TimeProvider time)
    {
        Task over;
        lock (_lock)
        {
            over = _discards || _isSent ? Task.CompletedTask
                : (_over ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
        for (var pieces = -1; !over.IsCompleted && pieces != (pieces = Volatile.Read(ref _pieces));)
        {
            try
            {
                await over.WaitAsync(patience, time);
            }
            catch (TimeoutException)
            {
                // asked once more, if it brought something on meanwhile
            }
        }
        if (!_isSent)
            return false;
        await Running!;
        Clear();
        return true;
    }

    /// <summary>From when this returns nothing more is recorded or forwarded.</summary>
    public async ValueTask StopAsync()
    {
        Task quiet;
        lock (_lock)
        {
            Discard();
            if (!_isBusy)
                return;
            quiet = (_quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
        connection.CutTarget(); // a send that waits ends with it
        await quiet;
    }

    private async Task RunAsync()
    {
        var isDone = false;
        while (!isDone)
        {
            if (await ReadAsync() == 0)
            {
                connection.NoteAgentLeft();
                lock (_lock)
                    Discard();
                return;
            }
            lock (_lock)
            {
                _isBusy = !_discards;
            }
            if (!_isBusy)
            {
                connection.In.Take(connection.In.Count);
                continue;
            }
            isDone = await ForwardAsync();
            _pieces++;
            lock (_lock)
            {
                _isBusy = false;
                _isSent = isDone && !_discards;
                _quiet?.TrySetResult();
                if (_isSent)
                    _over?.TrySetResult();
            }
        }
    }

    private async ValueTask<int> ReadAsync()
    {
        _isReading = true;
        try
        {
            var read = await connection.ReceiveFromAgentAsync(Http1Connection.BodyBytes);
            connection.In.Added(read);
            return read;
        }
        catch (Exception gone) when (Http1Connection.IsGone(gone))
        {
            return 0;
        }
        finally
        {
            _isReading = false;
        }
    }

    /// <summary>Records what is there and sends it on; true when that was the end.</summary>
    private async ValueTask<bool> ForwardAsync()
    {
        var source = connection.In;
        if (exchange.RequestBody.Take(source.Bytes, source.At, source.Count, out var piece) == ParseStatus.Invalid)
        {
            IsBadBody = true;
            Fail();
            return false;
        }
        try
        {
            if (piece.Data.Length > 0 || piece.IsLast)
                await exchange.Recorder.RequestBytesAsync(piece.Data, piece.IsLast);
            if (piece.IsLast)
            {
                await exchange.Recorder.EndRequestAsync(exchange.RequestBody.Trailers, null);
                _lastIsRecorded = true;
            }
        }
        catch (Exception)
        {
            RecordingFailed = true; // the pipeline tells the agent
            Fail();
            return false;
        }
        // taken before it is sent: what could not be sent is no less the body, and must never be read as the next request
        var wire = source.Bytes.AsMemory(source.At, piece.Wire);
        source.Take(piece.Wire);
        try
        {
            if (wire.Length > 0)
                await connection.SendToTargetAsync(wire);
        }
        catch (Exception gone) when (Http1Connection.IsGone(gone))
        {
            lock (_lock)
                Discard(); // its answer may still be on the way
        }
        return piece.IsLast;
    }

    private void Fail()
    {
        lock (_lock)
            Discard();
        connection.CutTarget();
    }

    /// <summary>Under the lock.</summary>
    private void Discard()
    {
        _discards = true;
        _over?.TrySetResult();
    }
}
