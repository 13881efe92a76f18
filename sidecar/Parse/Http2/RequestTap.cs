using System.Buffers;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Guard;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// The agent's request body on its way to the target. A byte is given out only after the recording took it, and the last one
/// only after the recording of the whole body is done (DESIGN.md 2, Strict).
/// </summary>
internal sealed class RequestTap(Http2Exchange exchange) : ReadOnlyStream
{
    private const int PieceBytes = 32 << 10;

    private Stream _inner = Null;
    private ReadOnlyMemory<byte> _held;
    private bool _heldWhole;
    private HeldBodies? _budget;
    private int _counted;
    private long _left;
    private bool _ended;
    private bool _sinkFailed;

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
        _sinkFailed = false;
        Sink = null;
        Failure = null;
    }

    /// <summary>
    /// Holds the body until the guard has seen enough of it; what was held is read from here first, as if it had just come. Null where it
    /// may go on.
    /// </summary>
    public async ValueTask<GuardDenial?> HoldAsync(BodyJudge judge, HeldBodies budget)
    {
        var held = new ArrayBufferWriter<byte>(PieceBytes);
        _budget = budget;
        var isWhole = false;
        try
        {
            while (true)
            {
                var step = judge.Look(held.WrittenMemory, held.WrittenCount, isWhole);
                if (step == BodyStep.Deny)
                    return judge.Denial;
                if (step == BodyStep.Pass)
                    return null;
                var size = held.WrittenCount + (PieceBytes * 2);
                if (size > _counted && !budget.TryHold(size - _counted))
                    return judge.DenyForNow();
                _counted = Math.Max(_counted, size);
                var read = await _inner.ReadAsync(held.GetMemory(PieceBytes));
                held.Advance(read);
                isWhole = read == 0 || held.WrittenCount == _left;
            }
        }
        catch (Exception failure)
        {
            Failure = failure;
            throw;
        }
        finally
        {
            _held = held.WrittenMemory;
            _inner = new ReplayedStream(_held, isWhole ? Null : _inner);
            _heldWhole = isWhole;
        }
    }

    /// <summary>Has recorded what was held of a body that goes no further.</summary>
    public async ValueTask RecordHeldAsync()
    {
        for (; _held.Length > PieceBytes; _held = _held[PieceBytes..])
            await exchange.RecordRequestAsync(_held[..PieceBytes], isLast: false);
        if (_held.Length > 0 || _heldWhole)
            await exchange.RecordRequestAsync(_held, _heldWhole);
        _held = default;
    }

    public void Release()
    {
        _inner = Null;
        _held = default;
        _heldWhole = false;
        _budget?.Release(_counted);
        _budget = null;
        _counted = 0;
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
        catch (Exception failure) when (failure is not OperationCanceledException && !_sinkFailed)
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
        try
        {
            await sink.FlushAsync(cancellationToken);
        }
        catch
        {
            _sinkFailed = true; // the target is gone, and not the agent
            throw;
        }
        return await pending;
    }
}
