using System.Buffers;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Identify;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Parse.Tcp;

/// <summary>
/// Carries bytes both ways between an agent and a target until both have ended, each half closed on its own. A piece is
/// forwarded when the recording took it; the end of a direction when all its text is recorded.
/// </summary>
internal static class TcpRelay
{
    private const int BufferBytes = 16 << 10;

    public static async ValueTask<RelayEnd> RunAsync(TcpConnection connection, TcpChannelRecorder recorder)
    {
        var target = connection.TargetStream ?? throw new InvalidOperationException("the target was not dialled");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(connection.WasCut);
        var inside = connection.Target.TlsInside;
        var hello = inside == TlsInside.Recorded || connection.Target.Facts.OnlyCountedFor is not null ? null : new HelloWatch();
        var toTarget = PumpAsync(connection, connection.AgentStream, target, recorder.FromAgent, connection.EndTowardsTargetAsync, stop, async bytes =>
        {
            if (hello is null || !hello.Sees(bytes.Span))
                return true;
            if (inside == TlsInside.Refused)
                return false;
            hello = null; // the other way it is written to no more, and what it would note is nobody's
            await recorder.ReadNoMoreAsync("uninterceptable");
            return true;
        });
        var watched = hello;
        var toAgent = PumpAsync(connection, target, connection.AgentStream, recorder.FromTarget, connection.EndTowardsAgentAsync, stop, _ =>
        {
            watched?.NoteAnswer();
            return ValueTask.FromResult(true);
        });
        var fromAgent = await toTarget;
        var fromTarget = await toAgent;
        return fromAgent == PumpEnd.Unreadable ? RelayEnd.Unreadable
            : fromAgent == PumpEnd.Complete && fromTarget == PumpEnd.Complete ? RelayEnd.Closed
            : fromAgent == PumpEnd.NotRecorded || fromTarget == PumpEnd.NotRecorded ? RelayEnd.NotRecorded
            : connection.AgentIsGone ? RelayEnd.ClientAborted
            // whoever broke it off did so before it was cut: from then on there is nothing but that to be seen
            : fromAgent == PumpEnd.SourceFailed || fromTarget == PumpEnd.SinkFailed ? RelayEnd.ClientAborted
            : fromTarget == PumpEnd.SourceFailed || fromAgent == PumpEnd.SinkFailed ? RelayEnd.TargetFailed
            : RelayEnd.RecorderStopped;
    }

    private static async Task<PumpEnd> PumpAsync(
        TcpConnection connection, Stream source, Stream sink, TcpDirectionRecorder recorder, Func<ValueTask> end, CancellationTokenSource stop,
        Func<ReadOnlyMemory<byte>, ValueTask<bool>> mayPass)
    {
        var result = await PumpUntilEndAsync(connection, source, sink, recorder, end, mayPass, stop.Token);
        if (result != PumpEnd.Complete)
            await stop.CancelAsync(); // the other direction cannot go on alone
        return result;
    }

    private static async Task<PumpEnd> PumpUntilEndAsync(
        TcpConnection connection, Stream source, Stream sink, TcpDirectionRecorder recorder, Func<ValueTask> end,
        Func<ReadOnlyMemory<byte>, ValueTask<bool>> mayPass, CancellationToken stop)
    {
        var atOnce = 0;
        while (true)
        {
            byte[]? buffer = null;
            var doing = PumpEnd.SourceFailed;
            try
            {
                // a read of nothing waits for something: an idle connection holds no buffer
                var something = source.ReadAsync(Memory<byte>.Empty, stop);
                atOnce = something.IsCompleted ? atOnce + 1 : 0;
                var read = await something;
                if (atOnce >= Wire.MostAtOnce)
                {
                    atOnce = 0;
                    await Task.Yield(); // see Wire: this may be the thread that a part of all sockets are read on
                }
                buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                read += await source.ReadAsync(buffer, stop);
                doing = PumpEnd.NotRecorded;
                if (read == 0)
                {
                    // ends come by the thousand, and each may wait for the spool
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                    await recorder.EndAsync(null);
                    await end();
                    return PumpEnd.Complete;
                }
                if (!await mayPass(buffer.AsMemory(0, read)))
                    return PumpEnd.Unreadable;
                await recorder.BytesAsync(buffer.AsMemory(0, read));
                doing = PumpEnd.SinkFailed;
                await connection.WriteAsync(sink, buffer.AsMemory(0, read), stop);
            }
            catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return failure is OperationCanceledException ? PumpEnd.Stopped : doing;
            }
            finally
            {
                if (buffer is not null)
                    ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            }
        }
    }

    private enum PumpEnd
    {
        Complete, SourceFailed, SinkFailed, NotRecorded, Unreadable, Stopped,
    }
}
