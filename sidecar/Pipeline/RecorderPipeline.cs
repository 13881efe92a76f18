using System.Runtime.CompilerServices;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Admin;
using K8sRecorder.Sidecar.Guard;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Tcp;
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Pipeline;

/// <summary>
/// The way of a byte through the recorder, for every protocol; the file to read first. The folders of this project carry the
/// stages' names, and docs/architecture.md lists the same steps.
/// <list type="number">
/// <item>accept: a loopback listener takes the connection; its target is the listener's; a channel needs a free slot</item>
/// <item>parse: the protocol's own code finds messages, and refuses in words what it does not carry</item>
/// <item>guard: what the policy denies is answered here and goes no further; a body is held only where rules name tools</item>
/// <item>mask: secrets are replaced in what will be recorded, never in what is forwarded</item>
/// <item>record: the masked bytes go to the session; in Strict the next step waits for the spool</item>
/// <item>forward: the bytes go on as they came; the last of a message only when all its text is recorded</item>
/// <item>finish: what is still open is closed with the reason, and the exchange gets its index row</item>
/// <item>seal and ship run beside: the session packs and signs, the shipper uploads (Seal, Ship)</item>
/// </list>
/// </summary>
internal sealed class RecorderPipeline(
    SessionRotation sessions, RecorderSettings settings, ChannelSlots slots, SidecarMetrics metrics, ILogger<RecorderPipeline> logger)
{
    private readonly ConditionalWeakTable<Exception, object> _recordedFailures = [];
    private readonly LogBudget _logBudget = new(settings.Time);
    private volatile bool _isStopping;

    public RecorderSettings Settings => settings;

    public bool IsStopping => _isStopping;

    /// <summary>What large heads hold, of all connections together.</summary>
    public LargeHeads LargeHeads { get; } = new();

    /// <summary>What bodies hold that the guard looks at, of all connections together.</summary>
    public HeldBodies HeldBodies { get; } = new();

    /// <summary>For the time limits of connections.</summary>
    public CoarseClock Clock { get; } = new(settings.Time);

    /// <summary>From now on what is cut is cut by us.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>A connection ended as none should. An agent can make that happen as often as it likes: told a few times a minute.</summary>
    public void NoteFailure(string target, Exception failure)
    {
        if (_logBudget.TryTake())
            logger.ConnectionFailed(target, failure.GetType().Name);
    }

    /// <summary>Whether a failure that many exchanges may share is seen for the first time.</summary>
    public bool IsNew(Exception failure) => _recordedFailures.TryAdd(failure, failure);

    /// <summary>A connection of HTTP/2 ended with an error of its protocol, which may be before it had an exchange.</summary>
    /// <param name="facts">What is known of it.</param>
    /// <param name="connection">Which one: <c>agent</c> or <c>target</c>.</param>
    /// <param name="from">Who said so, and ended it: one of these or <c>recorder</c>.</param>
    /// <param name="code">The error's name.</param>
    public async ValueTask RecordHttp2ErrorAsync(ChannelFacts facts, string connection, string from, string code)
    {
        using var lease = sessions.Lease();
        var draft = lease.Session.NewDraft("http2.error", 0);
        draft.Set("target", facts.Target);
        draft.Set("connection", connection);
        draft.Set("from", from);
        draft.Set("code", code);
        facts.DescribePath(draft, settings);
        await lease.Session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>One HTTP exchange, of any version.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RunAsync(IHttpExchange exchange)
    {
        // :: Step 1: accept
        if (!slots.TryTake() && !await slots.TakeAsync(exchange.Aborted))
            return; // the agent left before there was a slot; nothing was forwarded
        var started = SidecarMetrics.ExchangeStarted();
        var lease = sessions.Lease();
        string? cut = null;
        var outcome = "completed";
        var isCounted = false;
        try
        {
            // :: Step 3: guard, as far as the head tells
            var denial = exchange.JudgeHead();

            // :: Step 4 and 5 for the request's head; its body follows while it is forwarded
            await exchange.StartRequestAsync(lease.Session);

            // :: Step 2: parse
            var result = ExchangeResult.Completed;
            if (exchange.Refusal() is { } refusal)
            {
                outcome = "refused";
                await AnswerAsync(exchange, refusal, CutReason.Refused);
            }
            else if ((denial ?? await exchange.JudgeBodyAsync()) is { } denied)
            {
                // :: Step 3: guard
                outcome = "denied";
                await DenyAsync(exchange, denied);
            }
            else
            {
                // :: Step 4 to 6 for both bodies and the response's head
                result = await exchange.ForwardAsync();
                if (result is not (ExchangeResult.Completed or ExchangeResult.Upgraded))
                    await AnswerInsteadAsync(exchange, result);
            }
            if (result == ExchangeResult.Upgraded)
            {
                await FinishAsync(exchange, null);
                metrics.ExchangeEnded(started, outcome);
                isCounted = true;
                var held = lease;
                lease = default; // it goes with the channel
                await RelayAsync(exchange, held);
            }
            else if (result != ExchangeResult.Completed)
                (cut, outcome) = CutOf(result);
        }
        catch (Exception failure)
        {
            outcome = await FailAsync(exchange, failure);
            cut = outcome == "client_aborted" ? CutReason.ClientAborted : CutReason.RecorderStopped;
        }
        finally
        {
            // :: Step 7: finish
            await FinishAsync(exchange, cut);
            lease.Dispose();
            slots.Give();
            if (!isCounted)
                metrics.ExchangeEnded(started, outcome);
        }
    }

    /// <summary>One raw connection.</summary>
    public async Task RunAsync(TcpConnection connection)
    {
        // :: Step 1: accept
        if (!slots.TryTake() && !await slots.TakeAsync(connection.WasCut))
            return;
        var end = RelayEnd.NotRecorded;
        using var recorder = new TcpChannelRecorder(sessions, settings, connection.Target.Facts);
        try
        {
            await recorder.OpenAsync(connection.PeerPort);
            // :: Step 2 to 6: nothing is parsed; every piece is masked, recorded and forwarded
            end = await connection.DialAsync() ? await TcpRelay.RunAsync(connection, recorder) : RelayEnd.TargetFailed;
        }
        catch (Exception failure)
        {
            NoteFailure(connection.Target.Name, failure);
        }
        finally
        {
            if (end != RelayEnd.Closed)
                connection.Reset();
            // :: Step 7: finish
            await FinishAsync(recorder, connection.Target.Name, end);
            slots.Give();
            metrics.ConnectionEnded(OutcomeOf(end), recorder.FromAgent.Bytes, recorder.FromTarget.Bytes);
        }
    }

    /// <summary>What an exchange was upgraded to: messages are found, masked, recorded and forwarded until both sides have ended.</summary>
    private async ValueTask RelayAsync(IHttpExchange exchange, SessionLease lease)
    {
        var facts = exchange.Target.Facts;
        var end = RelayEnd.NotRecorded;
        using var recorder = new WebSocketChannelRecorder(sessions, settings, facts, lease, exchange.Recorder.Channel, exchange.Deflate);
        try
        {
            end = await exchange.RelayAsync(recorder);
        }
        finally
        {
            try
            {
                var (reason, cut) = ReasonOf(end);
                await recorder.CloseAsync(reason, cut);
            }
            catch (Exception failure)
            {
                NoteFailure(facts.Target, failure);
            }
            metrics.ConnectionEnded(OutcomeOf(end), recorder.FromAgent.Bytes, recorder.FromTarget.Bytes);
        }
    }

    /// <summary>Our own words where the target has none, or an end that shows that something is missing.</summary>
    private static ValueTask AnswerInsteadAsync(IHttpExchange exchange, ExchangeResult result)
    {
        switch (result)
        {
            case ExchangeResult.Unreachable:
                return AnswerAsync(exchange, exchange.Target.Unreachable, CutReason.TargetFailed);
            case ExchangeResult.BadAnswer:
                return AnswerAsync(exchange, RecorderAnswer.BadAnswer, CutReason.TargetFailed);
            case ExchangeResult.BadRequest:
                return AnswerAsync(exchange, RecorderAnswer.BadBody, CutReason.ClientAborted);
            case ExchangeResult.LargeTrailers:
                return AnswerAsync(exchange, RecorderAnswer.LargeTrailers, CutReason.ClientAborted);
            case ExchangeResult.NotRecorded when !exchange.ResponseHasStarted:
                return exchange.AnswerUnrecordedAsync(RecorderAnswer.NotRecorded);
            default:
                exchange.Abort(); // the agent must see that its message is not whole
                return ValueTask.CompletedTask;
        }
    }

    /// <summary>Our answer; the request's record comes before it, cut where more of it was to come.</summary>
    private static async ValueTask AnswerAsync(IHttpExchange exchange, RecorderAnswer answer, string cut)
    {
        await exchange.Recorder.EndRequestAsync(null, cut);
        await exchange.AnswerAsync(answer);
    }

    /// <summary>What is here of the request is recorded, then that it goes no further, then what the agent is told.</summary>
    private static async ValueTask DenyAsync(IHttpExchange exchange, GuardDenial denial)
    {
        await exchange.RecordDeniedAsync();
        await exchange.Recorder.EndRequestAsync(null, CutReason.Refused);
        await exchange.Recorder.DenyAsync(denial.Rule, denial.Reason);
        await exchange.AnswerAsync(denial.Answer);
    }

    private static (string? Cut, string Outcome) CutOf(ExchangeResult result) => result switch
    {
        ExchangeResult.Unreachable => (CutReason.TargetFailed, "unreachable"),
        ExchangeResult.BadAnswer or ExchangeResult.TargetFailed => (CutReason.TargetFailed, "target_failed"),
        ExchangeResult.ClientAborted or ExchangeResult.BadRequest or ExchangeResult.LargeTrailers => (CutReason.ClientAborted, "client_aborted"),
        ExchangeResult.RecorderStopped => (CutReason.RecorderStopped, "recorder_stopped"),
        _ => (CutReason.RecorderStopped, "not_recorded"),
    };

    private async ValueTask<string> FailAsync(IHttpExchange exchange, Exception failure)
    {
        if (exchange.WasCut)
            return "recorder_stopped";
        if (exchange.IsAborted)
            return "client_aborted";
        LogExchangeFailed(exchange.Target.Name, failure);
        if (exchange.ResponseHasStarted)
        {
            exchange.Abort();
            return "failed";
        }
        await exchange.AnswerUnrecordedAsync(RecorderAnswer.NotRecorded);
        return "failed";
    }

    private void LogExchangeFailed(string target, Exception failure)
    {
        if (_logBudget.TryTake())
            logger.ExchangeFailed(target, failure.GetType().Name);
    }

    private ValueTask FinishAsync(IHttpExchange exchange, string? cut)
    {
        if (exchange.RecordingFailed)
        {
            exchange.Recorder.Abandon(); // each further record would wait for the spool again
            return ValueTask.CompletedTask;
        }
        var finished = cut is not null && exchange.Reset is { } reset ? FinishResetAsync(exchange.Recorder, cut, reset) : exchange.Recorder.FinishAsync(cut);
        return finished.IsCompletedSuccessfully ? finished : FinishAsync(exchange, finished);
    }

    private static async ValueTask FinishResetAsync(HttpExchangeRecorder recorder, string cut, StreamReset reset)
    {
        await recorder.ResetAsync(reset);
        await recorder.FinishAsync(cut);
    }

    private async ValueTask FinishAsync(IHttpExchange exchange, ValueTask finished)
    {
        try
        {
            await finished;
        }
        catch (Exception failure)
        {
            LogExchangeFailed(exchange.Target.Name, failure);
            exchange.Abort();
        }
    }

    private async ValueTask FinishAsync(TcpChannelRecorder recorder, string target, RelayEnd end)
    {
        try
        {
            var (reason, cut) = ReasonOf(end);
            await recorder.CloseAsync(reason, cut);
        }
        catch (Exception failure)
        {
            NoteFailure(target, failure);
        }
    }

    private static (string Reason, string? Cut) ReasonOf(RelayEnd end) => end switch
    {
        RelayEnd.Closed => ("closed", null),
        RelayEnd.ClientAborted => (CutReason.ClientAborted, CutReason.ClientAborted),
        RelayEnd.TargetFailed => (CutReason.TargetFailed, CutReason.TargetFailed),
        RelayEnd.Unreadable => ("uninterceptable", CutReason.Refused),
        _ => (CutReason.RecorderStopped, CutReason.RecorderStopped),
    };

    private static string OutcomeOf(RelayEnd end) => end switch
    {
        RelayEnd.Closed => "completed",
        RelayEnd.ClientAborted => "client_aborted",
        RelayEnd.TargetFailed => "target_failed",
        RelayEnd.RecorderStopped => "recorder_stopped",
        RelayEnd.Unreadable => "refused",
        _ => "not_recorded",
    };
}
