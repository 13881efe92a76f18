using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>
/// Questions by TCP (RFC 7766): several at a time, answered as their answers come. Ends when the agent ends it, when it says nothing whole for
/// a while, or does not read.
/// </summary>
internal sealed class DnsTcpConnection(Socket agent, DnsAnswering answering, CoarseClock clock, LogBudget logBudget, ILogger logger) : IConnection
{
    private const int MostUnderWay = 32;
    private const int IdleTicks = 10 * CoarseClock.TicksPerSecond;

    private readonly NetworkStream _stream = new(agent, ownsSocket: true);
    private readonly SourceKey _source = SourceOf(agent);
    private readonly SemaphoreSlim _room = new(MostUnderWay, MostUnderWay);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _cut = new();
    private readonly CancellationTokenSource _stopped = new();
    private long _lastWhole = clock.Now;
    private long _writingSince = -1;
    private int _underWay;

    public async Task RunAsync()
    {
        try
        {
            using var reading = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token, _cut.Token);
            await ReadAsync(reading.Token);
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // the agent went, or was cut
        }
        for (var i = 0; i < MostUnderWay; i++)
            await _room.WaitAsync(CancellationToken.None); // each has an end of its own, and the cut ends it
    }

    public void Stop() => _ = _stopped.CancelAsync();

    public void Cut() => _ = _cut.CancelAsync();

    public bool Sweep()
    {
        var since = Volatile.Read(ref _writingSince);
        if (since >= 0 ? clock.Now - since > IdleTicks : Volatile.Read(ref _underWay) == 0 && clock.Now - Volatile.Read(ref _lastWhole) > IdleTicks)
            Cut();
        return false;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _room.Dispose();
        _writing.Dispose();
        // not the sources: they hold nothing, and may be fired to the last
    }

    /// <summary>The peer; none where it went away before it could be asked for.</summary>
    private static SourceKey SourceOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint is { } peer ? SourceKey.Of(peer.Serialize()) : default;
        }
        catch (SocketException)
        {
            return default;
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var head = new byte[2];
        while (true)
        {
            await _stream.ReadExactlyAsync(head, cancellationToken);
            int length = BinaryPrimitives.ReadUInt16BigEndian(head);
            await _room.WaitAsync(cancellationToken);
            var question = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                await _stream.ReadExactlyAsync(question.AsMemory(0, length), cancellationToken);
            }
            catch
            {
                ArrayPool<byte>.Shared.Return(question, clearArray: true);
                _room.Release();
                throw;
            }
            Volatile.Write(ref _lastWhole, clock.Now);
            Interlocked.Increment(ref _underWay);
            _ = ServeAsync(question, length); // owned by _room, awaited by RunAsync
        }
    }

    private async Task ServeAsync(byte[] question, int length)
    {
        try
        {
            await Task.Yield(); // the next question need not wait for this one
            if (await answering.AnswerAsync(question.AsMemory(0, length), _source, byTcp: true, _cut.Token) is { } reply)
            {
                using (reply)
                    await WriteAsync(reply.Message);
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Cut();
        }
        catch (Exception failure)
        {
            // the recording takes nothing: it gets no answer, and sees so
            if (logBudget.TryTake())
                logger.DnsFailed(failure.GetType().Name);
            Cut();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(question, clearArray: true);
            Volatile.Write(ref _lastWhole, clock.Now);
            Interlocked.Decrement(ref _underWay);
            _room.Release();
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> message)
    {
        var framed = ArrayPool<byte>.Shared.Rent(message.Length + 2);
        await _writing.WaitAsync(_cut.Token);
        try
        {
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
            message.CopyTo(framed.AsMemory(2));
            Volatile.Write(ref _writingSince, clock.Now);
            await _stream.WriteAsync(framed.AsMemory(0, message.Length + 2), _cut.Token);
        }
        finally
        {
            Volatile.Write(ref _writingSince, -1);
            _writing.Release();
            ArrayPool<byte>.Shared.Return(framed, clearArray: true);
        }
    }
}
