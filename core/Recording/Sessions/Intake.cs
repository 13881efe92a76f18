using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// The bounded queue before the writer loop, and the decision what happens at its bound: Strict waits and then fails, Buffered waits,
/// BestEffort counts a gap. Two steps, so that nothing is copied that is not taken: be admitted, then post. Any thread.
/// </summary>
internal sealed class Intake : IDisposable
{
    private const string SpoolFull = "spoolFull";
    private const string RateLimit = "recordsPerSecond";

    private readonly Lock _gate = new();
    private readonly SessionOptions _options;
    private readonly RecordingSpool _spool;
    private readonly DraftPool _drafts;
    private readonly RecordBudget _budget;
    private List<WorkItem> _items = [];
    private List<WorkItem> _spare = [];
    private readonly Queue<Admission> _waiting = [];
    private readonly GatherWait _gathering = new();
    private TaskCompletionSource? _idle;
    private long _queued;
    private long _posted;
    private bool _diskFull;
    private bool _relieved;
    private bool _closed;
    private Exception? _failure;
    private Gap _gap;

    public Intake(SessionOptions options, RecordingSpool spool, DraftPool drafts)
    {
        _options = options;
        _spool = spool;
        _drafts = drafts;
        _budget = new RecordBudget(options.MaxRecordsPerSecond, options.Time);
        spool.RoomMade += Pulse;
    }

    public long QueuedBytes => Interlocked.Read(ref _queued);

    /// <summary>Items that were posted so far.</summary>
    public long Posted => Interlocked.Read(ref _posted);

    public long DroppedRecords { get; private set; }

    public long DroppedBytes { get; private set; }

    public bool IsFull { get; private set; }

    /// <summary>
    /// Asks to be admitted with this many bytes. Who finds no room stands in a line, and nobody passes it: what a crash loses of a full queue
    /// is the last that came.
    /// </summary>
    /// <returns>False: dropped and counted (BestEffort).</returns>
    /// <exception cref="SpoolFullException">Strict waited long enough.</exception>
    public ValueTask<bool> AdmitAsync(int weight, int records, CancellationToken ct)
    {
        Admission? admission = null;
        lock (_gate)
        {
            ThrowIfEnded_NeedsLock();
            var isRoom = !IsLine_NeedsLock() && HasRoom_NeedsLock(weight);
            if (isRoom && _budget.TryTake(records))
            {
                Interlocked.Add(ref _queued, weight);
                return ValueTask.FromResult(true);
            }

            if (_options.Mode == RecordingMode.BestEffort)
            {
                Drop_NeedsLock(isRoom ? RateLimit : SpoolFull, records, weight);
                return ValueTask.FromResult(false);
            }

            if (isRoom)
                Interlocked.Add(ref _queued, weight);
            else
            {
                _waiting.Enqueue(admission = new Admission(weight));
                _gathering.End();
            }
        }

        return WaitAsync(admission, weight, records, ct);
    }

    /// <summary>Posts what was admitted.</summary>
    public void Post(in WorkItem item)
    {
        lock (_gate)
        {
            ThrowIfEnded_NeedsLock();
            if (!_gap.IsEmpty)
                PostGap_NeedsLock(item.At);
            Add_NeedsLock(item);
        }
    }

    /// <summary>Posts something that is no record; never refused for lack of room. False: the session has ended.</summary>
    public bool TryPost(in WorkItem item)
    {
        lock (_gate)
        {
            if (_closed || _failure is not null)
                return false;
            if (item.Kind is WorkKind.Close or WorkKind.Stop)
            {
                if (!_gap.IsEmpty)
                    PostGap_NeedsLock(item.At);
                _closed = true;
                WakeAll_NeedsLock();
            }

            Add_NeedsLock(item);
            return true;
        }
    }

    /// <summary>Counts what a stream lost after a piece of it was dropped.</summary>
    public void Drop(int records, long bytes)
    {
        if (records == 0 && bytes == 0)
            return; // beyond a body's limit there is nothing left to lose, and a gap of nothing would say so before every record
        lock (_gate)
            Drop_NeedsLock(SpoolFull, records, bytes);
    }

    /// <summary>Takes everything posted, waiting for the first. The list is the caller's until the next call.</summary>
    public async ValueTask<List<WorkItem>> TakeAsync()
    {
        while (true)
        {
            TaskCompletionSource idle;
            lock (_gate)
            {
                if (_items.Count > 0)
                {
                    (_items, _spare) = (_spare, _items);
                    _items.Clear();
                    return _spare;
                }

                idle = _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            await idle.Task;
        }
    }

    /// <summary>Whether something waits for the loop.</summary>
    public bool HasItems
    {
        get
        {
            lock (_gate)
                return _items.Count > 0;
        }
    }

    /// <summary>
    /// Lets work gather for a while, or until there is much of it, somebody waits for it, or it is more than records. For the loop.
    /// </summary>
    public ValueTask GatherAsync(TimeSpan time)
    {
        lock (_gate)
        {
            if (!IsCalm)
                return ValueTask.CompletedTask;
            foreach (var item in _items)
            {
                if (IsUrgent(item))
                    return ValueTask.CompletedTask;
            }

            return _gathering.BeginAsync(time);
        }
    }

    private bool IsCalm => QueuedBytes < _options.QueueBytes / 4;

    /// <summary>Gives back what was admitted.</summary>
    public void Written(long weight)
    {
        Interlocked.Add(ref _queued, -weight);
        Pulse();
    }

    public void SetDiskFull(bool full)
    {
        lock (_gate)
            IsFull = _diskFull = full;
        if (!full)
            Pulse();
    }

    /// <summary>The waiters of what is queued: told of a failure while the loop cannot write.</summary>
    public void FailWaiters(Exception failure)
    {
        lock (_gate)
        {
            foreach (var item in _items)
                item.Waiter?.TrySetException(failure);
        }
    }

    /// <summary>The session takes nothing any more.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            foreach (var item in _items)
                item.Waiter?.TrySetException(failure);
            _items.Clear();
            WakeAll_NeedsLock();
        }
    }

    public void Dispose()
    {
        _spool.RoomMade -= Pulse;
        _gathering.Dispose();
    }

    private static bool IsUrgent(in WorkItem item) => item.Waiter is not null || item.Kind is not (WorkKind.Record or WorkKind.Stream);

    /// <summary>Waits for room, unless there was some already, and then for the rate.</summary>
    private async ValueTask<bool> WaitAsync(Admission? admission, int weight, int records, CancellationToken ct)
    {
        if (admission is not null)
            await WaitForRoomAsync(admission, ct);
        var isKept = false;
        try
        {
            while (!TryTakeBudget(records, out var left))
                await Task.Delay(left, _options.Time, ct); // a rate is no reason to fail, in no mode
            return isKept = true;
        }
        finally
        {
            if (!isKept)
                Written(weight);
        }
    }

    private async Task WaitForRoomAsync(Admission admission, CancellationToken ct)
    {
        var limit = _options.Mode == RecordingMode.Strict ? _options.StrictWait : Timeout.InfiniteTimeSpan;
        try
        {
            await admission.Task.WaitAsync(limit, _options.Time, ct);
        }
        catch (Exception e)
        {
            var isGranted = !admission.TrySetCanceled(CancellationToken.None) && admission.Task.IsCompletedSuccessfully;
            if (isGranted && e is TimeoutException)
                return; // at the last moment
            if (isGranted)
                Written(admission.Weight);
            else
                GiveWay();
            if (e is TimeoutException)
                throw new SpoolFullException();
            throw;
        }
    }

    private bool TryTakeBudget(int records, out TimeSpan left)
    {
        lock (_gate)
        {
            ThrowIfEnded_NeedsLock();
            var isTaken = _budget.TryTake(records);
            left = isTaken ? TimeSpan.Zero : _budget.UntilNext;
            return isTaken;
        }
    }

    /// <summary>Whether somebody stands before who comes now.</summary>
    private bool IsLine_NeedsLock()
    {
        while (_waiting.TryPeek(out var first) && first.Task.IsCompleted)
            _waiting.Dequeue();
        return _waiting.Count > 0;
    }

    private bool HasRoom_NeedsLock(int weight)
    {
        var queued = QueuedBytes;
        var spoolHasRoom = _spool.UsedBytes + queued + weight <= _spool.Options.MaxBytes;
        IsFull = _diskFull || !spoolHasRoom;
        if (!spoolHasRoom && !_relieved)
        {
            // What is in the open chunk cannot be shipped; sealed it can.
            _relieved = true;
            Add_NeedsLock(new WorkItem(WorkKind.Relief, _options.Time.GetUtcNow()));
        }

        if (IsFull || (queued > 0 && queued + weight > _options.QueueBytes))
            return false;
        _relieved = false;
        return true;
    }

    private void Drop_NeedsLock(string reason, int records, long bytes)
    {
        _gap.Add(reason, records, bytes, _options.Time.GetUtcNow());
        DroppedRecords += records;
        DroppedBytes += bytes;
    }

    private void PostGap_NeedsLock(DateTimeOffset at)
    {
        var draft = _drafts.Rent("gap", 0, at);
        _gap.Write(draft);
        _gap = default;
        Add_NeedsLock(new WorkItem(WorkKind.Record, at) { Draft = draft });
    }

    private void Add_NeedsLock(in WorkItem item)
    {
        _items.Add(item);
        Interlocked.Increment(ref _posted);
        var idle = _idle;
        _idle = null;
        idle?.TrySetResult();
        if (IsUrgent(item) || !IsCalm)
            _gathering.End();
    }

    private void ThrowIfEnded_NeedsLock()
    {
        if (_failure is not null || _closed)
            throw Ended_NeedsLock();
    }

    private RecordingFailedException Ended_NeedsLock() =>
        _failure is null ? new RecordingFailedException("the session is closed") : new RecordingFailedException("the session has failed", _failure);

    /// <summary>There is more room.</summary>
    private void Pulse()
    {
        lock (_gate)
        {
            // Nobody may be asking: who only looks must see it too.
            IsFull &= _diskFull || _spool.UsedBytes + QueuedBytes >= _spool.Options.MaxBytes;
            Grant_NeedsLock();
        }
    }

    /// <summary>Somebody left the line: what was too little for them may do for those behind.</summary>
    private void GiveWay()
    {
        lock (_gate)
            Grant_NeedsLock();
    }

    /// <summary>Gives the room there is to those who stand in line, first come first.</summary>
    private void Grant_NeedsLock()
    {
        while (!_closed && _failure is null && IsLine_NeedsLock() && HasRoom_NeedsLock(_waiting.Peek().Weight))
        {
            var next = _waiting.Dequeue();
            Interlocked.Add(ref _queued, next.Weight);
            if (!next.TrySetResult())
                Interlocked.Add(ref _queued, -next.Weight);
        }
    }

    private void WakeAll_NeedsLock()
    {
        while (_waiting.TryDequeue(out var next))
            next.TrySetException(Ended_NeedsLock());
    }
}
