using System.Diagnostics;
using System.Runtime.InteropServices;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// The one task that writes a session: takes what is posted, appends it to the log, writes the batch with one write(2), then tells who waits.
/// A full disk stops it until there is room; any other failure ends the session.
/// </summary>
internal sealed class WriterLoop
{
    private const int BatchBytes = 1 << 20;
    private const int HeldBytes = 8 << 20;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SealRetryInterval = TimeSpan.FromSeconds(1); // every attempt compresses the chunk again

    private readonly SessionLog _log;
    private readonly Intake _intake;
    private readonly DraftPool _drafts;
    private readonly SessionOptions _options;
    private readonly ISessionNumbers _numbers;
    private readonly Action _writeBatch;
    private readonly Dictionary<long, RecordStream> _open = [];
    private readonly List<StreamBody> _news = [];
    private readonly List<TaskCompletionSource> _waiters = [];
    private readonly List<TaskCompletionSource> _sealWaiters = [];
    private long _committed;
    private long _taken;
    private long _processed;
    private DateTimeOffset _now;
    private bool _mayHoldMore; // something came of an open stream since the last commit
    private volatile bool _abandon;

    public WriterLoop(SessionLog log, Intake intake, DraftPool drafts, SessionOptions options, ISessionNumbers numbers)
    {
        _log = log;
        _intake = intake;
        _drafts = drafts;
        _options = options;
        _numbers = numbers;
        _writeBatch = log.WriteBatch;
    }

    /// <summary>What ends the session; set before the close item is posted.</summary>
    public Action<RecordDraft>? ClosingFields { get; set; }

    /// <summary>A stopping loop does not wait for a full disk.</summary>
    public void Abandon() => _abandon = true;

    public async Task RunAsync()
    {
        try
        {
            while (await RunBatchAsync(await _intake.TakeAsync()))
            {
            }
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }
        finally
        {
            // The sealer reads the chunk's buffers and writes into the spool: both stay ours until it is done, however it ends.
            await _log.SealingPlaced().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _log.Dispose();
        }
    }

    private async Task<bool> RunBatchAsync(List<WorkItem> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            _processed++;
            if (!await ProcessAsync(items[i]))
                return false;
            await KeepSmallAsync();
        }

        await CommitAsync();
        if (_log.SealingIsDone)
            await FinishSealAsync();
        await GatherAsync();
        if (!_intake.HasItems)
            _log.Rest();
        return true;
    }

    /// <summary>
    /// Where nobody waits for the spool and batches follow one another, the next takes what comes in a while: to be woken for each record costs
    /// more than to write it.
    /// </summary>
    private ValueTask GatherAsync()
    {
        var before = _committed;
        _committed = Stopwatch.GetTimestamp();
        return Stopwatch.GetElapsedTime(before, _committed) < 4 * _options.GatherTime ? _intake.GatherAsync(_options.GatherTime) : ValueTask.CompletedTask;
    }

    /// <summary>Nothing grows far beyond its size: neither the chunk nor the batch.</summary>
    private ValueTask KeepSmallAsync() =>
        _log.IsFull(_options.ChunkBytes, _options.ChunkTime, _now) ? SealAsync(HeadReason.Size)
        : _log.BatchBytes >= BatchBytes ? CommitAsync()
        : ValueTask.CompletedTask;

    private async ValueTask<bool> ProcessAsync(WorkItem item)
    {
        _now = item.At;
        switch (item.Kind)
        {
            case WorkKind.Record:
                Append(item.Draft!);
                _taken += item.Weight;
                Wait(item.Waiter);
                return true;
            case WorkKind.Stream:
                while (Take(item.Stream!))
                    await KeepSmallAsync();
                Wait(item.Waiter);
                return true;
            case WorkKind.Flush:
                Wait(item.Waiter);
                return true;
            case WorkKind.Tick:
                await TickAsync();
                return true;
            case WorkKind.Head:
                Wait(item.Waiter);
                await SignHeadAsync(HeadReason.Flush);
                return true;
            case WorkKind.Seal or WorkKind.Relief:
                EmitStreams(TimeSpan.Zero);
                if (item.Waiter is { } waiter)
                    _sealWaiters.Add(waiter);
                await SealAsync(HeadReason.Flush);
                return true;
            case WorkKind.Sealed:
                return true;
            case WorkKind.Close:
                await CloseAsync(item.Waiter);
                return false;
            default:
                await CommitAsync();
                await FinishSealAsync();
                item.Waiter?.TrySetResult();
                return false;
        }
    }

    private void Wait(TaskCompletionSource? waiter)
    {
        if (waiter is not null)
            _waiters.Add(waiter);
    }

    private void Append(RecordDraft draft, StreamBody? stream = null, long consumed = 0, bool more = false)
    {
        StageNews(stream);
        _log.NextChannel = _numbers.NextChannelNow;
        _log.Append(draft, stream, consumed, more);
        _drafts.Return(draft);
    }

    /// <summary>Takes a record's worth of what waits in a stream; whether there is more.</summary>
    private bool Take(RecordStream stream)
    {
        // A stream that ended before its item was reached has been written with the item before.
        var body = stream.Body;
        if (body.HasEnded)
            return false;
        var more = stream.Take(_options.StreamRecordBytes, out var trailer, out var given);
        _taken += given;
        if (trailer is not null)
        {
            _open.Remove(body.Id);
            Emit(body, more: false, trailer);
            body.End();
            _drafts.Return(trailer);
            return false;
        }

        _open[body.Id] = stream;
        if (body.Bytes.Length >= _options.StreamRecordBytes)
            Emit(body, more: true, trailer: null);
        if (body.HasNews)
        {
            _news.Add(body);
            _mayHoldMore = true;
        }

        return more;
    }

    private void Emit(StreamBody body, bool more, RecordDraft? trailer)
    {
        var draft = body.Emit(more, trailer, out var consumed);
        Append(draft, body, consumed, more);
    }

    /// <summary>Writes what open streams have gathered for at least that long, so that heads cover it.</summary>
    private void EmitStreams(TimeSpan age)
    {
        foreach (var stream in _open.Values)
        {
            var body = stream.Body;
            if (body.Unwritten && _now - (body.First?.At ?? body.FirstAt) >= age)
                Emit(body, more: true, trailer: null);
        }
    }

    /// <summary>Stages, writes, tells: after this everything taken is in the spool.</summary>
    private async ValueTask CommitAsync()
    {
        if (HeldTooMuch())
            EmitStreams(TimeSpan.Zero);
        StageNews(null);
        if (_log.HasBatch)
            await PersistAsync(_writeBatch);
        _numbers.Publish(_log);
        foreach (var waiter in CollectionsMarshal.AsSpan(_waiters))
            waiter.TrySetResult();
        _waiters.Clear();
        if (_taken > 0)
            _intake.Written(_taken);
        _taken = 0;
    }

    /// <summary>
    /// Stages what came of streams before the next record goes into the batch, but not of the one that the record is of. A process that is
    /// killed within its write leaves the beginning of a batch: what is there must not be younger than what is not.
    /// </summary>
    private void StageNews(StreamBody? other)
    {
        foreach (var body in _news)
        {
            // Written or staged meanwhile: nothing to do.
            if (body.HasNews && body != other)
                _log.Stage(body);
        }

        _news.Clear();
        if (other is { HasNews: true })
            _news.Add(other);
    }

    private bool HeldTooMuch()
    {
        if (!_mayHoldMore)
            return false;
        _mayHoldMore = false;
        var held = 0L;
        foreach (var stream in _open.Values)
            held += stream.Body.Bytes.Length;
        return held > HeldBytes;
    }

    private async ValueTask TickAsync()
    {
        EmitStreams(_options.HeadInterval / 2);
        if (_now - _log.Since >= _options.FlushInterval)
            await SealAsync(HeadReason.Flush);
        else
            await SignHeadAsync(HeadReason.Interval);
    }

    private async ValueTask SignHeadAsync(HeadReason reason)
    {
        await CommitAsync();
        if (!_log.HasNews)
            return;
        await FinishSealAsync();
        await PersistAsync(() => _log.SignHead(_now, reason));
    }

    private async ValueTask SealAsync(HeadReason reason)
    {
        await CommitAsync();
        await FinishSealAsync();
        if (_log.Size > _log.FirstSeq)
        {
            var index = _numbers.TakeIndex(_processed);
            await PersistAsync(() => _log.BeginSeal(_now, reason, index, _open.Values.Select(static stream => stream.Body)));
            _ = _log.SealingPlaced().ContinueWith(
                _ => _intake.TryPost(new WorkItem(WorkKind.Sealed, _now)), CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            if (_sealWaiters.Count > 0)
                await FinishSealAsync();
        }

        foreach (var waiter in _sealWaiters)
            waiter.TrySetResult();
        _sealWaiters.Clear();
    }

    private async ValueTask FinishSealAsync()
    {
        long? since = null;
        while (_log.IsSealing)
        {
            try
            {
                await _log.SealingPlaced();
            }
            catch (IOException e) when (SpoolDisk.IsFull(e))
            {
                since = await WaitForRoomAsync(e, since, SealRetryInterval);
                _log.RetrySeal();
                continue;
            }

            if (since is not null)
                _intake.SetDiskFull(false);
            await PersistAsync(_log.FinishSeal);
            _numbers.Publish(_log);
        }
    }

    private async ValueTask CloseAsync(TaskCompletionSource? waiter)
    {
        foreach (var stream in _open.Values.ToList())
        {
            while (Take(stream))
                await KeepSmallAsync();
            if (stream.Body.HasEnded)
                continue;
            var cut = _drafts.Rent(stream.Body.ContinuationKind, stream.Body.Channel, _now);
            cut.Set("cut", "recorderStopped");
            Emit(stream.Body, more: false, cut);
            stream.Body.End();
        }

        _open.Clear();
        var closed = _drafts.Rent("session.closed", 0, _now);
        ClosingFields?.Invoke(closed);
        Append(closed);
        await CommitAsync();
        await FinishSealAsync();
        var index = _numbers.TakeIndex(_processed);
        await PersistAsync(() => _log.Close(_now, HeadReason.Closed, index));
        _numbers.Publish(_log);
        waiter?.TrySetResult();
    }

    /// <summary>Does a step of the log, again and again while the disk is full. In Strict those who wait are told after a while.</summary>
    private async ValueTask PersistAsync(Action step)
    {
        long? since = null;
        while (true)
        {
            try
            {
                step();
                if (since is not null)
                    _intake.SetDiskFull(false);
                return;
            }
            catch (IOException e) when (SpoolDisk.IsFull(e) && !_abandon)
            {
                since = await WaitForRoomAsync(e, since, RetryInterval);
            }
        }
    }

    /// <summary>Waits before the next attempt; gives the time of the first one.</summary>
    private async Task<long> WaitForRoomAsync(IOException cause, long? since, TimeSpan interval)
    {
        if (_abandon)
            throw new RecordingFailedException("stopped while the disk is full", cause);
        since ??= _options.Time.GetTimestamp();
        _intake.SetDiskFull(true);
        await Task.Delay(interval, _options.Time);
        if (_options.Time.GetElapsedTime(since.Value) >= _options.StrictWait)
            FailWaiters(new SpoolFullException("the disk is full", cause));
        return since.Value;
    }

    private void FailWaiters(Exception failure)
    {
        foreach (var waiter in _waiters)
            waiter.TrySetException(failure);
        _waiters.Clear();
        _intake.FailWaiters(failure);
    }

    private void Fail(Exception failure)
    {
        _intake.Fail(failure);
        var told = new RecordingFailedException("the session has failed", failure);
        foreach (var waiter in _waiters.Concat(_sealWaiters))
            waiter.TrySetException(told);
    }
}
