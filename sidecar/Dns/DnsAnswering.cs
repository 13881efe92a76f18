using System.Buffers.Binary;
using System.Diagnostics;
using K8sRecorder.Sidecar.Dns.Messages;
using K8sRecorder.Sidecar.Dns.Resolvers;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>
/// The way of a question, by UDP or TCP.
/// <list type="number">
/// <item>parse: one question, strictly; anything else is answered with an error</item>
/// <item>permit: a name that the policy does not let through is refused at once, and no resolver hears of it</item>
/// <item>record: in Strict the question, before it leaves</item>
/// <item>forward: to the pod's resolvers, with a new id, from a new port</item>
/// <item>strip: what would lead the agent round the recorder</item>
/// <item>record: question and answer, before the agent gets it; the addresses go into the book</item>
/// </list>
/// </summary>
internal sealed class DnsAnswering(
    Forwarder forwarder, Func<DnsName, bool> isAllowed, AddressBook book, DnsRecorder recorder, DnsMetrics metrics)
{
    // 64 KiB less what IPv6 and UDP need
    private const int LargestDatagram = 65_000;

    /// <summary>The answer; null where there is to be none.</summary>
    /// <param name="asked">The agent's message.</param>
    /// <param name="source">Who asks.</param>
    /// <param name="byTcp">Whether it came by TCP.</param>
    /// <param name="cancellationToken">Fires when the recorder stops.</param>
    public async ValueTask<DnsReply?> AnswerAsync(ReadOnlyMemory<byte> asked, SourceKey source, bool byTcp, CancellationToken cancellationToken)
    {
        // :: Step 1: parse
        var fault = DnsQuestion.TryParse(asked.Span, out var question);
        if (fault == QuestionFault.NoQuestion)
        {
            metrics.Ended(DnsOutcome.Dropped);
            return null;
        }
        var started = Stopwatch.GetTimestamp();
        using var recording = recorder.Begin(asked, question, byTcp);
        var outcome = DnsOutcome.NotRecorded;
        try
        {
            if (fault != QuestionFault.None)
            {
                var isMalformed = fault == QuestionFault.Malformed;
                await recording.AnsweredAsync(new DnsResult(isMalformed ? DnsStatus.Malformed : DnsStatus.Unsupported));
                outcome = isMalformed ? DnsOutcome.Malformed : DnsOutcome.Unsupported;
                return Own(asked, question, isMalformed ? DnsRcode.FormErr : DnsRcode.NotImp);
            }
            // :: Step 2: permit
            if (!isAllowed(question.Name))
            {
                await recording.AnsweredAsync(new DnsResult(DnsStatus.Refused));
                outcome = DnsOutcome.Refused;
                return new DnsReply(OwnAnswer.Write(asked.Span, question, DnsRcode.Refused, isBlocked: true), null);
            }
            // :: Step 3: record
            await recording.AskedAsync();
            // :: Step 4: forward
            var answer = await forwarder.AskAsync(new Inquiry(asked, question), source, byTcp, cancellationToken);
            try
            {
                (var reply, outcome) = await PassOnAsync(recording, asked, question, answer, byTcp);
                if (reply.Owner is not null)
                    answer = null; // it goes with the reply
                return reply;
            }
            finally
            {
                answer?.Dispose();
            }
        }
        finally
        {
            metrics.Ended(outcome, started);
        }
    }

    private static DnsReply Own(ReadOnlyMemory<byte> asked, in DnsQuestion question, int rcode) =>
        new(OwnAnswer.Write(asked.Span, question, rcode), null);

    private async ValueTask<(DnsReply Reply, DnsOutcome Outcome)> PassOnAsync(
        DnsRecording recording, ReadOnlyMemory<byte> asked, DnsQuestion question, ResolverAnswer? answer, bool byTcp)
    {
        if (answer is null)
        {
            await recording.AnsweredAsync(new DnsResult(DnsStatus.Unanswered));
            return (Own(asked, question, DnsRcode.ServFail), DnsOutcome.Unanswered);
        }
        var message = answer.Message;
        BinaryPrimitives.WriteUInt16BigEndian(message.Span, question.Header.Id);
        // :: Step 5: strip
        var taken = ServiceStripper.Strip(message.Span, out var stripped);
        var reply = taken > 0 ? new DnsReply(stripped, null) : new DnsReply(message, answer);
        // what an answer's beginning holds is passed on, for there are clients that are content with it; unless it is cut within a record
        var isTruncated = answer.Fit == AnswerFit.Truncated;
        if ((isTruncated && !DnsAnswer.IsWhole(message.Span, question))
            || reply.Message.Length > (byTcp ? DnsLimits.Message : Math.Min(question.UdpSize, LargestDatagram)))
        {
            reply = new DnsReply(OwnAnswer.WriteTruncated(asked.Span, question, message.Span), null);
            isTruncated = true;
        }
        // :: Step 6: record
        if (!await recording.AnsweredAsync(new DnsResult(DnsRcode.NameOf(DnsAnswer.RcodeOf(message.Span)), reply.Message, taken, isTruncated)))
            return (Own(asked, question, DnsRcode.ServFail), DnsOutcome.Unanswered);
        AnswerAddresses.Learn(reply.Message.Span, asked.Span.Slice(DnsLimits.Header, question.NameLength), question, book);
        if (taken > 0)
            metrics.Stripped(taken);
        return (reply, DnsOutcome.Answered);
    }
}
