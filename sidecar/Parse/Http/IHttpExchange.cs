using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Guard;
using K8sRecorder.Sidecar.Parse.Tcp;
using K8sRecorder.Sidecar.Parse.WebSocket;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>One request and its response, while they pass: what the pipeline asks of it, whatever version of HTTP carries it.</summary>
internal interface IHttpExchange
{
    HttpTarget Target { get; }

    HttpExchangeRecorder Recorder { get; }

    /// <summary>Whether any byte of the response's final head is out.</summary>
    bool ResponseHasStarted { get; }

    /// <summary>Whether the agent went away.</summary>
    bool IsAborted { get; }

    /// <summary>Whether the recorder ended it because it stops, and the agent had not left before.</summary>
    bool WasCut { get; }

    /// <summary>Whether the recording refused something of it.</summary>
    bool RecordingFailed { get; }

    /// <summary>How the stream that carries it was reset; null where it was not, or is none.</summary>
    StreamReset? Reset { get; }

    /// <summary>Fires when the agent goes away. Asking for it costs.</summary>
    CancellationToken Aborted { get; }

    /// <summary>What the target's guard says of the request's head; null where it has nothing against it. Nothing is recorded yet.</summary>
    GuardDenial? JudgeHead();

    /// <summary>What the guard says of the request's body, which is held for that as far as it has to be; null where it has nothing against it.</summary>
    ValueTask<GuardDenial?> JudgeBodyAsync();

    /// <summary>Has recorded what is here of the body of a request that goes no further.</summary>
    ValueTask RecordDeniedAsync();

    /// <summary>Has the request's head recorded. Nothing was forwarded yet.</summary>
    ValueTask StartRequestAsync(RecordingSession session);

    /// <summary>Our answer to what is not carried; null where it goes on to the target.</summary>
    RecorderAnswer? Refusal();

    /// <summary>
    /// Sends the request and brings the response. A byte leaves only when the recording has taken it, the last one of a message when all
    /// its text is recorded. Says whose fault it was if that did not work out; does not throw for I/O.
    /// </summary>
    ValueTask<ExchangeResult> ForwardAsync();

    /// <summary>After an upgrade: how messages are compressed; null: not at all.</summary>
    DeflateTerms? Deflate { get; }

    /// <summary>After an upgrade: carries the WebSocket to its end. Does not throw for I/O.</summary>
    ValueTask<RelayEnd> RelayAsync(WebSocketChannelRecorder recorder);

    /// <summary>Gives our own answer, recorded like any other.</summary>
    ValueTask AnswerAsync(RecorderAnswer answer);

    /// <summary>Gives our own answer past the recording, which does not take anything.</summary>
    ValueTask AnswerUnrecordedAsync(RecorderAnswer answer);

    /// <summary>Cuts the agent off: it must see that its message is not whole.</summary>
    void Abort();
}
