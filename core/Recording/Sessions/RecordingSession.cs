using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Index;
using K8sRecorder.Recording.Keys;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// One life of one recorder: one order, one key, one tree. Records come in from any thread; one writer loop gives them their number, cuts
/// their content into parts and appends them to the spool. A session takes records until it is closed.
/// </summary>
public sealed class RecordingSession : IAsyncDisposable, ISessionNumbers
{
    // far more than a chunk holds exchanges; where nothing is sealed any more (BestEffort at a full spool) rows must not gather
    private const int MaxIndexRows = 1 << 14;

    private readonly Lock _gate = new();
    private readonly RecordingSpool _spool;
    private readonly SessionIdentity _identity;
    private readonly SessionOptions _options;
    private readonly SessionKey _key;
    private readonly DraftPool _drafts = new();
    private readonly Intake _intake;
    private readonly WriterLoop _loop;
    private readonly ITimer _ticks;
    private readonly Queue<(long After, IndexRow Row)> _rows = [];
    private SessionCounters _counters;
    private long _nextChannel;
    private long _nextStream;
    private Task? _closing;

    internal RecordingSession(
        RecordingSpool spool, SessionIdentity identity, SessionOptions options, SessionKey key, SessionLog log, RecoveryReport recovery,
        long nextStream)
    {
        _spool = spool;
        _identity = identity;
        _options = options;
        _key = key;
        _nextChannel = log.NextChannel;
        _nextStream = nextStream;
        Id = log.Session;
        Recovery = recovery;
        _intake = new Intake(options, spool, _drafts);
        _loop = new WriterLoop(log, _intake, _drafts, options, this);
        var period = options.HeadInterval < options.FlushInterval ? options.HeadInterval : options.FlushInterval;
        _ticks = options.Time.CreateTimer(_ => _intake.TryPost(Work(WorkKind.Tick)), null, period, period);
        Completion = Task.Run(_loop.RunAsync);
    }

    /// <summary>The session's name.</summary>
    public SessionId Id { get; }

    /// <summary>Fingerprint of the session's key, <c>SHA256:…</c>: what an operator notes down to trust later.</summary>
    public string Fingerprint => _key.Fingerprint;

    /// <summary>What this start found in the spool and did with it.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>Completes, faulted, when the session can no longer write; completes when it is closed.</summary>
    public Task Completion { get; }

    /// <summary>Figures of the session, for metrics; read at any time.</summary>
    public SessionCounters Counters
    {
        get
        {
            lock (_gate)
            {
                return _counters with
                {
                    DroppedRecords = _intake.DroppedRecords,
                    DroppedBytes = _intake.DroppedBytes,
                    QueuedBytes = _intake.QueuedBytes,
                    SpoolFull = _intake.IsFull,
                };
            }
        }
    }

    /// <summary>The session's key.</summary>
    internal SessionKey Key => _key;

    long ISessionNumbers.NextChannelNow => Interlocked.Read(ref _nextChannel);

    /// <summary>
    /// Recovers what earlier processes left in the spool and gives the session to record to: the newest left session where its key is kept and
    /// its identity is the same, else a new one that signs for those whose keys are lost.
    /// </summary>
    /// <exception cref="SpoolRefusedException">Something in the spool is of a newer version, or damaged.</exception>
    /// <exception cref="IOException">The disk is full or broken; nothing is lost, the next start begins where this one ended.</exception>
    public static ValueTask<RecordingSession> StartAsync(
        RecordingSpool spool, SessionIdentity identity, SessionOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(spool);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(options);
        return new ValueTask<RecordingSession>(Task.Run(() => new SessionStart(spool, identity, options).Run(ct), ct));
    }

    /// <summary>Opens the session that follows this one. Close this one with it when its channels have moved.</summary>
    public ValueTask<RecordingSession> OpenNextAsync(SessionIdentity identity, CancellationToken ct) =>
        new(Task.Run(() => new SessionStart(_spool, identity, _options).OpenNew(Id, RecoveryReport.None, []), ct));

    /// <summary>A number for a new channel; from 1.</summary>
    public long NextChannel() => Interlocked.Increment(ref _nextChannel) - 1;

    /// <summary>A pooled draft, dated now.</summary>
    public RecordDraft NewDraft(string kind, long channel) => _drafts.Rent(kind, channel, _options.Time.GetUtcNow());

    /// <summary>Appends a record and takes the draft over. Completes when the mode's promise is kept.</summary>
    /// <exception cref="SpoolFullException">Strict: the spool stayed full.</exception>
    /// <exception cref="RecordingFailedException">The session cannot write any more.</exception>
    public async ValueTask AppendAsync(RecordDraft record, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(record);
        var weight = record.Weight;
        if (!await _intake.AdmitAsync(weight, 1, ct))
        {
            _drafts.Return(record);
            return;
        }

        if (_options.Mode != RecordingMode.Strict)
        {
            _intake.Post(Work(WorkKind.Record) with { Draft = record, Weight = weight });
            return;
        }

        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _intake.Post(Work(WorkKind.Record) with { Draft = record, Weight = weight, Waiter = waiter });
        await waiter.Task.WaitAsync(ct);
    }

    /// <summary>Begins a record whose body arrives in pieces and takes the draft over. Nothing is written before the first append.</summary>
    /// <param name="first">The record, with the fields that come before the body.</param>
    /// <param name="continuationKind">Kind of the records that carry the rest of a long body.</param>
    /// <param name="cutter">Says where the body is cut; null: not at all.</param>
    /// <param name="events">Keep the arrival time of every piece.</param>
    /// <param name="from">What the records that carry the body on say in <c>from</c>, where two streams of one kind share a channel.</param>
    /// <param name="message">What they say in <c>message</c>, from 1, where several streams of one kind and one direction are open at a time; 0: nothing.</param>
    public RecordStream Begin(
        RecordDraft first, string continuationKind, IBodyCutter? cutter, bool events = false, string? from = null, long message = 0)
    {
        ArgumentNullException.ThrowIfNull(first);
        var body = new StreamBody
        {
            Id = Interlocked.Increment(ref _nextStream),
            ContinuationKind = continuationKind,
            Channel = first.Channel,
            From = from,
            Message = message,
            KeepEvents = events,
            Cutter = cutter,
            First = first,
        };
        return new RecordStream(_intake, _drafts, _options, body);
    }

    /// <summary>Adds a row to the index object that goes with the chunk at the next seal. Derived data: may be lost in a crash.</summary>
    public void AddIndexRow(IndexRow row)
    {
        // The row may not reach the store before the records that it is about, which are among what was posted so far.
        var after = _intake.Posted;
        lock (_gate)
        {
            if (_rows.Count < MaxIndexRows)
                _rows.Enqueue((after, row));
        }
    }

    /// <summary>
    /// HMAC-SHA256 with a secret of this session that is kept beside its key, for <c>truncated</c> records: says later whether a given body
    /// is the one that was cut, and tells nobody anything before.
    /// </summary>
    public SessionDigest NewKeyedDigest() => new(_key.Secret);

    /// <summary>Completes when everything appended before is written to the spool.</summary>
    public ValueTask FlushAsync(CancellationToken ct) => AskAsync(WorkKind.Flush, ct);

    /// <summary>Syncs the spool and signs a head over everything appended before.</summary>
    public ValueTask SignHeadAsync(CancellationToken ct) => AskAsync(WorkKind.Head, ct);

    /// <summary>Seals the open chunk with everything appended before. Completes when the chunk is in place for shipping.</summary>
    public ValueTask SealAsync(CancellationToken ct) => AskAsync(WorkKind.Seal, ct);

    /// <summary>
    /// Ends the session: open streams are cut (<c>recorderStopped</c>), <c>session.closed</c> is written, the last chunk sealed and close.json
    /// put into the spool. Idempotent. Does not wait for shipping.
    /// </summary>
    /// <param name="reason"><c>stopped</c>, <c>maxAge</c>, <c>size</c>, <c>idle</c>.</param>
    /// <param name="next">The session that follows, where this is a rotation.</param>
    /// <param name="ct">Gives up; the next start recovers.</param>
    public async ValueTask CloseAsync(string reason, RecordingSession? next, CancellationToken ct)
    {
        Task closing;
        lock (_gate)
            closing = _closing ??= EndAsync(reason, next);
        await closing.WaitAsync(ct);
    }

    /// <summary>Stops without closing: what is queued is written, nothing is sealed. The next start recovers. A closed session: nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ticks.DisposeAsync();
        _loop.Abandon();
        _intake.TryPost(Work(WorkKind.Stop));

        // A failure was told to every waiter and stands in Completion.
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _intake.Dispose();
        _key.Dispose();
    }

    IndexFile? ISessionNumbers.TakeIndex(long taken)
    {
        lock (_gate)
        {
            IndexFile? index = null;
            while (_rows.TryPeek(out var next) && next.After <= taken)
                (index ??= new IndexFile(Id, _identity)).Add(_rows.Dequeue().Row);
            return index;
        }
    }

    void ISessionNumbers.Publish(SessionLog log)
    {
        lock (_gate)
        {
            _counters = new SessionCounters(
                log.Size, log.TotalPlainBytes, log.Chunks, log.Heads, log.PartsStored, log.PartsReferred, 0, 0, 0, false)
            {
                CoveredRecords = log.HeadSize,
            };
        }
    }

    private async Task EndAsync(string reason, RecordingSession? next)
    {
        _loop.ClosingFields = draft => SessionRecords.SetClosed(draft, reason, next?.Id ?? default, next?.Fingerprint);
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_intake.TryPost(Work(WorkKind.Close) with { Waiter = waiter }))
            await Task.WhenAny(waiter.Task, Completion);
        await Completion;
        await _ticks.DisposeAsync();
        if (waiter.Task.IsCompletedSuccessfully)
            _spool.DeleteKey(Id); // a session that was stopped before is still to be closed, with its key
    }

    private async ValueTask AskAsync(WorkKind kind, CancellationToken ct)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _intake.Post(Work(kind) with { Waiter = waiter });
        await waiter.Task.WaitAsync(ct);
    }

    private WorkItem Work(WorkKind kind) => new(kind, _options.Time.GetUtcNow());
}
