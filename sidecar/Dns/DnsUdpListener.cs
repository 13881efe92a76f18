using System.Buffers;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>Takes questions by UDP on one address. What reads the socket does nothing else, so that a burst finds room in it.</summary>
internal sealed class DnsUdpListener(
    IPEndPoint address, DnsAnswering answering, QuestionsUnderWay underWay, DnsMetrics metrics, TimeProvider time, ILogger logger) : IDisposable
{
    // asked for; net.core.rmem_max has the last word
    private const int SocketBuffer = 4 << 20;

    private static readonly TimeSpan Respite = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = SocketBuffer };
    private readonly LogBudget _logBudget = new(time);

    /// <summary>Throws where the address cannot be had.</summary>
    public void Bind()
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            _socket.DualMode = false;
        _socket.Bind(address);
    }

    /// <summary>Reads until the first token fires; what was taken is cut by the second.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken cut)
    {
        var buffer = new byte[DnsLimits.Message];
        var sender = new SocketAddress(address.AddressFamily);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, sender, stopping);
                var source = SourceKey.Of(sender);
                if (!underWay.TryEnter(source))
                {
                    metrics.Ended(DnsOutcome.Dropped);
                    continue;
                }
                var question = ArrayPool<byte>.Shared.Rent(length);
                buffer.AsSpan(0, length).CopyTo(question);
                var to = Copy(sender);
                _ = Task.Run(() => ServeAsync(question, length, to, source, cut), CancellationToken.None); // owned by underWay, awaited by its drain
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                if (_logBudget.TryTake())
                    logger.DnsReadFailed(failure.SocketErrorCode);
                if (failure.SocketErrorCode is not (SocketError.ConnectionReset or SocketError.ConnectionRefused or SocketError.MessageSize))
                    await Task.Delay(Respite, time, CancellationToken.None);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }

    private async Task ServeAsync(byte[] question, int length, SocketAddress to, SourceKey source, CancellationToken cut)
    {
        try
        {
            if (await answering.AnswerAsync(question.AsMemory(0, length), source, byTcp: false, cut) is { } reply)
            {
                using (reply)
                    await _socket.SendToAsync(reply.Message, SocketFlags.None, to, cut);
            }
        }
        catch (Exception failure)
        {
            // the recording takes nothing, or the agent is gone: it gets no answer
            if (_logBudget.TryTake())
                logger.DnsFailed(failure.GetType().Name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(question, clearArray: true);
            underWay.Leave(source);
        }
    }
}
