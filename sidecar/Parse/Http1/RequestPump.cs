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
    private volatile bool _isBusy;
    private bool _discards;
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
        (_isBusy, _discards, _lastIsRecorded, IsBadBody, RecordingFailed) = (false, false, false, false, false);
        _quiet = null;
        Running = RunAsync();
    }

    public void Clear() => Running = null;

    /// <summary>From when this returns nothing more is recorded or forwarded.</summary>
    public async ValueTask StopAsync()
    {
        Task quiet;
        lock (_lock)
        {
            _discards = true;
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
            lock (_lock)
            {
                _isBusy = false;
                _quiet?.TrySetResult();
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
                _discards = true; // its answer may still be on the way
        }
        return piece.IsLast;
    }

    private void Fail()
    {
        lock (_lock)
            _discards = true;
        connection.CutTarget();
    }
}
