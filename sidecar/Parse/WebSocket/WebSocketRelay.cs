using System.Buffers;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http1;
using K8sRecorder.Sidecar.Parse.Tcp;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>
/// Carries the bytes of a WebSocket both ways until both have ended, each half closed on its own, as they came: no frame is made or changed.
/// What was read goes on when the recording took it.
/// </summary>
/// <param name="agent">One end.</param>
/// <param name="target">The other.</param>
/// <param name="recorder">What takes the messages.</param>
/// <param name="wasCut">Whether the recorder ended it.</param>
internal sealed class WebSocketRelay(IConnectionEnd agent, IConnectionEnd target, WebSocketChannelRecorder recorder, Func<bool> wasCut)
{
    private const int BufferBytes = 16 << 10;

    // a write that has waited so long may wait for ever
    private const int WriteTicks = 2;

    private volatile bool _isOver;
    private volatile bool _agentIsGone;
    private int _writes;
    private int _waited;
    private int _firstEnd;
    private int _firstBreak;

    private enum End
    {
        Complete, SourceFailed, SinkFailed, NotRecorded, Stopped,
    }

    /// <param name="fromAgent">What the agent sent ahead.</param>
    /// <param name="late">Brings what a read that runs already reads of the agent's; null: none runs.</param>
    /// <param name="fromTarget">What the target sent with its answer.</param>
    public async ValueTask<RelayEnd> RunAsync(ReadOnlyMemory<byte> fromAgent, Task<byte[]>? late, ReadOnlyMemory<byte> fromTarget)
    {
        var toTarget = PumpAsync(agent, target, fromAgent, late, recorder.FromAgent, isFromAgent: true);
        var toAgent = PumpAsync(target, agent, fromTarget, null, recorder.FromTarget, isFromAgent: false);
        var (agentEnd, targetEnd) = (await toTarget, await toAgent);
        var isClean = agentEnd == End.Complete && targetEnd == End.Complete;
        return agentEnd == End.NotRecorded || targetEnd == End.NotRecorded ? RelayEnd.NotRecorded
            : recorder.FromAgent.HasClosed && recorder.FromTarget.HasClosed ? RelayEnd.Closed // however the connection ends behind that
            : _agentIsGone ? RelayEnd.ClientAborted
            : _firstBreak == 1 || (_firstBreak == 0 && wasCut()) ? RelayEnd.RecorderStopped
            : isClean && (recorder.FromAgent.HasClosed || recorder.FromTarget.HasClosed) ? RelayEnd.Closed
            : isClean ? (_firstEnd == 1 ? RelayEnd.ClientAborted : RelayEnd.TargetFailed)
            : agentEnd == End.SourceFailed || targetEnd == End.SinkFailed || (_firstEnd == 1 && !recorder.FromAgent.HasClosed) ? RelayEnd.ClientAborted
            : RelayEnd.TargetFailed;
    }

    /// <summary>
    /// The clock's thread. What is written to a target that does not read keeps the agent from being read, and then nobody learns that it went away.
    /// </summary>
    /// <returns>Whether something is under way.</returns>
    public bool Sweep()
    {
        if (Volatile.Read(ref _writes) == 0)
        {
            _waited = 0;
            return false;
        }
        if (++_waited >= WriteTicks && !_agentIsGone && agent.IsBroken())
            NoteAgentGone();
        return true;
    }

    /// <summary>Any thread: the agent broke off, whatever waits.</summary>
    public void NoteAgentGone()
    {
        _agentIsGone = true;
        Cut();
    }

    /// <summary>Any thread: ends both; each is to see that something is missing, a reset instead of an end.</summary>
    public void Cut()
    {
        _isOver = true;
        agent.Reset();
        target.Reset();
    }

    private async Task<End> PumpAsync(
        IConnectionEnd source, IConnectionEnd sink, ReadOnlyMemory<byte> first, Task<byte[]>? late, WebSocketDirection direction, bool isFromAgent)
    {
        var end = End.Complete;
        if (first.Length > 0)
            end = await ForwardAsync(first, sink, direction);
        if (late is not null && await late is { Length: > 0 } bytes && end == End.Complete)
            end = await ForwardAsync(bytes, sink, direction);
        while (end == End.Complete)
        {
            var (read, failed) = await ReadAndForwardAsync(source, sink, direction);
            end = failed;
            if (read == 0 && end == End.Complete)
                break;
        }
        if (end == End.Complete)
            end = await EndAsync(sink, direction, isFromAgent);
        if (end != End.Complete)
        {
            Interlocked.CompareExchange(ref _firstBreak, wasCut() ? 1 : 2, 0);
            Cut(); // the other direction cannot go on alone
        }
        return end;
    }

    private async ValueTask<(int Read, End End)> ReadAndForwardAsync(IConnectionEnd source, IConnectionEnd sink, WebSocketDirection direction)
    {
        byte[]? buffer = null;
        try
        {
            // a read of nothing waits for something: an idle connection holds no buffer
            await source.ReceiveInTurnAsync(Memory<byte>.Empty);
            buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            var read = await source.ReceiveAsync(buffer);
            if (read == 0)
                return (0, _isOver ? End.Stopped : End.Complete);
            return (read, await ForwardAsync(buffer.AsMemory(0, read), sink, direction));
        }
        catch (Exception gone) when (Http1Connection.IsGone(gone))
        {
            return (0, _isOver ? End.Stopped : End.SourceFailed);
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private async ValueTask<End> ForwardAsync(ReadOnlyMemory<byte> bytes, IConnectionEnd sink, WebSocketDirection direction)
    {
        try
        {
            await direction.BytesAsync(bytes);
        }
        catch (Exception)
        {
            return End.NotRecorded; // nothing of it is forwarded
        }
        try
        {
            var sending = sink.SendAsync(bytes);
            if (!sending.IsCompletedSuccessfully)
                await WaitAsync(sending);
            return End.Complete;
        }
        catch (Exception gone) when (Http1Connection.IsGone(gone))
        {
            return _isOver ? End.Stopped : End.SinkFailed;
        }
    }

    private async ValueTask WaitAsync(ValueTask sending)
    {
        Interlocked.Increment(ref _writes);
        try
        {
            await sending;
        }
        finally
        {
            Interlocked.Decrement(ref _writes);
        }
    }

    /// <summary>The source said its last byte: the other side is told so when all its text is recorded.</summary>
    private async ValueTask<End> EndAsync(IConnectionEnd sink, WebSocketDirection direction, bool isFromAgent)
    {
        Interlocked.CompareExchange(ref _firstEnd, isFromAgent ? 1 : 2, 0);
        try
        {
            await direction.EndAsync(isFromAgent ? CutReason.ClientAborted : CutReason.TargetFailed);
        }
        catch (Exception)
        {
            return End.NotRecorded;
        }
        await sink.EndSendingAsync();
        return End.Complete;
    }
}
