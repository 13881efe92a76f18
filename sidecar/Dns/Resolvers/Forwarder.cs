using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>
/// Asks the pod's resolvers, in their order, as a client would: the next one where one does not answer or cannot, all of them
/// so many times. By TCP what came by TCP, and what an answer by UDP had no room for.
/// </summary>
internal sealed class Forwarder(ResolverList resolvers, TimeProvider time) : IDisposable
{
    private const int MostAtOnce = 2048;
    private const int MostLarge = 16;

    // What resolv.conf makes of its defaults with two servers; an agent's own client has given up by then.
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    private readonly LargeAnswers _large = new(MostLarge);
    private readonly Flights _flights = new(Math.Clamp(Accept.OpenFiles.MaxConnections() / 4, 16, MostAtOnce), time);

    /// <summary>The answer to be given; null where none of the resolvers gave one in time.</summary>
    public async ValueTask<ResolverAnswer?> AskAsync(Inquiry inquiry, SourceKey source, bool byTcp, CancellationToken cancellationToken)
    {
        ResolverAnswer? failure = null;
        try
        {
            using var flight = await _flights.EnterAsync(source, MostTime, cancellationToken);
            var settings = resolvers.Current;
            for (var attempt = 0; attempt < settings.Attempts && failure is null; attempt++)
            {
                foreach (var server in settings.Servers)
                {
                    if (await AskAsync(inquiry, server, settings.Timeout, byTcp, flight.Ended) is not { } answer)
                        continue;
                    failure?.Dispose();
                    failure = null;
                    if (!answer.IsFailure)
                        return answer;
                    failure = answer;
                }
            }
            return failure; // all that are there have said so: asking again is no use
        }
        catch (OperationCanceledException)
        {
            return failure;
        }
    }

    public void Dispose()
    {
        _flights.Dispose();
        _large.Dispose();
    }

    private async ValueTask<ResolverAnswer?> AskAsync(Inquiry inquiry, IPEndPoint server, TimeSpan timeout, bool byTcp, CancellationToken ended)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ended, limit.Token);
        ResolverAnswer? truncated = null;
        try
        {
            if (!byTcp)
            {
                var answer = await UdpInquiry.AskAsync(inquiry, server, NewId(), stop.Token);
                if (answer is { Fit: AnswerFit.Whole })
                    return answer;
                truncated = answer;
                // without EDNS the agent takes no more than any resolver gives: what did not fit then does not fit now
                if (truncated is not null && inquiry.Question.UdpSize <= DnsLimits.Udp)
                    return truncated;
            }
            if (await TcpInquiry.AskAsync(inquiry, server, NewId(), _large, stop.Token) is not { } whole)
                return truncated;
            truncated?.Dispose();
            return whole;
        }
        catch (Exception gone) when (gone is SocketException || (gone is OperationCanceledException && !ended.IsCancellationRequested))
        {
            return truncated;
        }
        catch (OperationCanceledException) when (truncated is not null)
        {
            return truncated;
        }
    }

    private static ushort NewId()
    {
        Span<byte> id = stackalloc byte[2];
        RandomNumberGenerator.Fill(id);
        return BinaryPrimitives.ReadUInt16LittleEndian(id);
    }
}
