using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Admin;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Tcp;
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Sidecar.Seal;
using Microsoft.AspNetCore.Http.Features;

namespace K8sRecorder.Sidecar.Pipeline;

/// <summary>
/// The way of a byte through the recorder, for every protocol; the file to read first. The folders of this project carry the
/// stages' names, and docs/architecture.md lists the same steps.
/// <list type="number">
/// <item>accept: a loopback listener takes the connection; its target is the listener's; a channel needs a free slot</item>
/// <item>parse: the protocol's own code finds messages, and refuses in words what it does not carry</item>
/// <item>mask: secrets are replaced in what will be recorded, never in what is forwarded</item>
/// <item>record: the masked bytes go to the session; in Strict the next step waits for the spool</item>
/// <item>forward: the bytes go on as they came; the last of a message only when all its text is recorded</item>
/// <item>finish: what is still open is closed with the reason, and the exchange gets its index row</item>
/// <item>seal and ship run beside: the session packs and signs, the shipper uploads (Seal, Ship)</item>
/// </list>
/// </summary>
internal sealed class RecorderPipeline(
    IHttpOrigin origin, SessionRotation sessions, RecorderSettings settings, ChannelSlots slots, SidecarMetrics metrics,
    ILogger<RecorderPipeline> logger)
{
    private volatile bool _isStopping;

    /// <summary>From now on what is cut is cut by us.</summary>
    public void Stop() => _isStopping = true;

    public HttpExchange NewExchange() => new(settings);

    /// <summary>One HTTP exchange.</summary>
    public async Task RunAsync(HttpExchange exchange)
    {
        // :: Step 1: accept
        if (!slots.TryTake() && !await slots.TakeAsync(exchange.Aborted))
            return; // the agent left before there was a slot; nothing was forwarded
        var started = SidecarMetrics.ExchangeStarted();
        var lease = sessions.Lease();
        string? cut = null;
        var outcome = "completed";
        try
        {
            // :: Step 3 and 4 for the request's head; its body follows while it is forwarded
            await exchange.StartRequestAsync(lease.Session);

            // :: Step 2: parse
            var result = Refusal(exchange) is { } refusal ? await AnswerAsync(exchange, refusal) : await ForwardAsync(exchange);
            (cut, outcome) = _isStopping && result != OriginResult.Completed
                ? (CutReason.RecorderStopped, "recorder_stopped")
                : CutOf(result);
        }
        catch (Exception failure)
        {
            outcome = await FailAsync(exchange, failure);
            cut = CutReason.RecorderStopped;
        }
        finally
        {
            // :: Step 6: finish
            await FinishAsync(exchange, cut);
            lease.Dispose();
            slots.Give();
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
        using var recorder = new TcpChannelRecorder(sessions, settings, connection.Target.Name);
        try
        {
            await recorder.OpenAsync(connection.PeerPort);
            // :: Step 2 to 5: nothing is parsed; every piece is masked, recorded and forwarded
            end = await connection.DialAsync(settings.Time) ? await TcpRelay.RunAsync(connection, recorder) : RelayEnd.TargetFailed;
        }
        catch (Exception failure)
        {
            logger.ConnectionFailed(connection.Target.Name, failure.GetType().Name);
        }
        finally
        {
            if (end != RelayEnd.Closed)
                connection.Reset();
            // :: Step 6: finish
            await FinishAsync(recorder, connection.Target.Name, end);
            slots.Give();
            metrics.ConnectionEnded(OutcomeOf(end), recorder.FromAgent.Bytes, recorder.FromTarget.Bytes);
        }
    }

    /// <summary>Steps 3 to 5 for both bodies, through the exchange's taps, and our own words where the target has none.</summary>
    private async ValueTask<OriginResult> ForwardAsync(HttpExchange exchange)
    {
        var result = await origin.ForwardAsync(exchange);
        switch (result)
        {
            case OriginResult.Completed:
                await exchange.ResponseTap.CompleteAsync();
                break;
            case OriginResult.Unreachable:
                await AnswerAsync(exchange, RecorderAnswer.Unreachable);
                break;
            case OriginResult.BadAnswer:
                await AnswerAsync(exchange, RecorderAnswer.BadAnswer);
                break;
            case OriginResult.BadRequest:
                await AnswerAsync(exchange, RecorderAnswer.BadRequest);
                break;
            case OriginResult.NotRecorded when !exchange.ResponseHasStarted:
                await RecorderAnswer.NotRecorded.WriteUnrecordedAsync(exchange);
                break;
            default:
                exchange.Abort(); // the agent must see that its message is not whole
                break;
        }
        return result;
    }

    private static async ValueTask<OriginResult> AnswerAsync(HttpExchange exchange, RecorderAnswer answer)
    {
        await answer.WriteAsync(exchange);
        return OriginResult.Completed;
    }

    private static RecorderAnswer? Refusal(HttpExchange exchange)
    {
        // h2c may be declined by not answering it (RFC 9110 7.8), and some clients offer it with every first request
        var context = exchange.Context;
        if ((context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && context.Request.Headers.Upgrade != "h2c")
            || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true })
            return RecorderAnswer.UpgradeRefused;
        if (HttpMethods.IsConnect(exchange.Context.Request.Method) || !RequestTarget.TryGetPathAndQuery(exchange.RawTarget, out var path))
            return RecorderAnswer.TunnelRefused;
        exchange.PathAndQuery = path;
        return null;
    }

    private static (string? Cut, string Outcome) CutOf(OriginResult result) => result switch
    {
        OriginResult.Completed => (null, "completed"),
        OriginResult.Unreachable => (CutReason.TargetFailed, "unreachable"),
        OriginResult.BadAnswer or OriginResult.TargetFailed => (CutReason.TargetFailed, "target_failed"),
        OriginResult.ClientAborted or OriginResult.BadRequest => (CutReason.ClientAborted, "client_aborted"),
        _ => (CutReason.RecorderStopped, "not_recorded"),
    };

    private async ValueTask<string> FailAsync(HttpExchange exchange, Exception failure)
    {
        if (exchange.IsAborted)
            return "client_aborted";
        logger.ExchangeFailed(exchange.Target.Name, failure.GetType().Name);
        if (exchange.ResponseHasStarted)
        {
            exchange.Abort();
            return "failed";
        }
        await RecorderAnswer.NotRecorded.WriteUnrecordedAsync(exchange);
        return "failed";
    }

    private async ValueTask FinishAsync(HttpExchange exchange, string? cut)
    {
        if (exchange.RecordingFailed)
        {
            exchange.Recorder.Abandon(); // each further record would wait for the spool again
            return;
        }
        try
        {
            await exchange.Recorder.FinishAsync(cut);
        }
        catch (Exception failure)
        {
            logger.ExchangeFailed(exchange.Target.Name, failure.GetType().Name);
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
            logger.ConnectionFailed(target, failure.GetType().Name);
        }
    }

    private static (string Reason, string? Cut) ReasonOf(RelayEnd end) => end switch
    {
        RelayEnd.Closed => ("closed", null),
        RelayEnd.ClientAborted => (CutReason.ClientAborted, CutReason.ClientAborted),
        RelayEnd.TargetFailed => (CutReason.TargetFailed, CutReason.TargetFailed),
        _ => (CutReason.RecorderStopped, CutReason.RecorderStopped),
    };

    private static string OutcomeOf(RelayEnd end) => end switch
    {
        RelayEnd.Closed => "completed",
        RelayEnd.ClientAborted => "client_aborted",
        RelayEnd.TargetFailed => "target_failed",
        RelayEnd.RecorderStopped => "recorder_stopped",
        _ => "not_recorded",
    };
}
