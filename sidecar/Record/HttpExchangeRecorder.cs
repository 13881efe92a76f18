using K8sRecorder.Recording.Index;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Mask;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Record;

/// <summary>
/// Writes one HTTP exchange down as it passes: <c>http.request</c>, <c>http.response</c> and what their bodies need. A method
/// returns when what it was given may be forwarded (DESIGN.md 2). The request's methods and the response's may run at the same
/// time; each side is called in order. Used again for the next exchange.
/// </summary>
internal sealed class HttpExchangeRecorder : IDisposable
{
    private readonly RecorderSettings _settings;
    private readonly MaskedHead _requestHead;
    private readonly MaskedHead _responseHead;
    private MaskedHead? _run;
    private readonly BodyRecorder _request;
    private readonly BodyRecorder _response;

    private RecordingSession? _session;
    private long _channel;
    private DateTimeOffset _at;
    private ChannelFacts _facts = new("");
    private string _method = "";
    private int? _status;
    private bool _requestEnded;
    private bool _responseStarted;
    private bool _responseEnded;

    public HttpExchangeRecorder(RecorderSettings settings)
    {
        _settings = settings;
        _requestHead = new MaskedHead(settings.Masking);
        _responseHead = new MaskedHead(settings.Masking);
        _request = new BodyRecorder(settings.Masking, settings.BodyLimit);
        _response = new BodyRecorder(settings.Masking, settings.BodyLimit);
    }

    /// <summary>Why the recorder answered itself, where it did; set before the response starts.</summary>
    public string? OwnAnswer { get; set; }

    /// <summary>What a request of HTTP/2 asks to go on with (RFC 8441 4): <c>websocket</c>, <c>other</c>; null where it does not. Set before it starts.</summary>
    public string? Protocol { get; set; }

    /// <summary>The exchange's channel, while it is being recorded.</summary>
    public long Channel => _channel;

    private RecordingSession Session => _session ?? throw new InvalidOperationException("no exchange is being recorded");

    /// <summary>A request's head is there. Without a body it may be sent on when this returns.</summary>
    /// <param name="session">Where it is recorded.</param>
    /// <param name="facts">Where it goes, and how it got here.</param>
    /// <param name="head">The head as it came.</param>
    /// <param name="hasBody">Whether a body follows; its head is accounted for with its first piece, or see <see cref="AccountRequestHeadAsync"/>.</param>
    /// <param name="length">Bytes of the body, where they are known; else -1.</param>
    public ValueTask StartRequestAsync(RecordingSession session, ChannelFacts facts, HttpHead head, bool hasBody, long length)
    {
        Begin(session, facts);
        var draft = RequestDraft(head);
        if (!hasBody)
        {
            _requestEnded = true;
            return session.AppendAsync(draft, CancellationToken.None);
        }
        _request.Open(session, draft, OpeningOf("http.request", "http.request.data", head, length));
        return ValueTask.CompletedTask;
    }

    /// <summary>What came is no request and will be answered so: what could be read of its head is recorded, nothing of it is sent on.</summary>
    public ValueTask RefuseRequestAsync(RecordingSession session, ChannelFacts facts, HttpHead head)
    {
        Begin(session, facts);
        _requestEnded = true;
        var draft = RequestDraft(head);
        draft.Set("cut", CutReason.Refused);
        return session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>The request's head is about to be sent before any byte of its body.</summary>
    public ValueTask AccountRequestHeadAsync() => _requestEnded ? ValueTask.CompletedTask : _request.AccountHeadAsync();

    /// <summary>Bytes of the request's body; the last ones are recorded by <see cref="EndRequestAsync"/>, which is to follow.</summary>
    public ValueTask RequestBytesAsync(ReadOnlyMemory<byte> bytes, bool isLast) => _request.AppendAsync(bytes, isLast);

    /// <summary>The request is complete: all its text is recorded when this returns. A second call does nothing.</summary>
    public ValueTask EndRequestAsync(HttpHead? trailers, string? cut)
    {
        if (_requestEnded)
            return ValueTask.CompletedTask;
        _requestEnded = true;
        return _request.CompleteAsync(cut, null, trailers);
    }

    /// <summary>The guard denied the request.</summary>
    /// <param name="rule">The rule's name in the policy.</param>
    /// <param name="reason">Why it was denied without showing what the rule names; null where it showed.</param>
    public ValueTask DenyAsync(string rule, string? reason)
    {
        var draft = Session.NewDraft("guard.denied", _channel);
        draft.Set("target", _facts.Target);
        draft.Set("rule", rule);
        if (reason is not null)
            draft.Set("reason", reason);
        return Session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>The stream that carries it was reset before its end.</summary>
    public ValueTask ResetAsync(StreamReset reset)
    {
        var draft = Session.NewDraft("http.reset", _channel);
        draft.Set("target", _facts.Target);
        draft.Set("from", reset.From);
        draft.Set("code", reset.Code);
        if (reset.IsOfConnection)
            draft.Set("connection", true);
        return Session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>The target said something before its answer (1xx).</summary>
    public ValueTask InterimAsync(HttpHead head) => Session.AppendAsync(ResponseDraft(head), CancellationToken.None);

    /// <summary>The response's head is there; as with the request, a body's first piece accounts for it.</summary>
    public ValueTask StartResponseAsync(HttpHead head, bool hasBody, long length)
    {
        // the target's head was there and nothing of it sent yet when the target failed: our own answer follows it
        return _responseStarted ? StartAgainAsync(head, hasBody, length) : StartResponse(head, hasBody, length);
    }

    /// <summary>The head is about to be sent before any byte of the body.</summary>
    public ValueTask AccountResponseHeadAsync() => _responseEnded ? ValueTask.CompletedTask : _response.AccountHeadAsync();

    /// <summary>Bytes of the response's body; the last ones are recorded by <see cref="EndResponseAsync"/>, which is to follow.</summary>
    public ValueTask ResponseBytesAsync(ReadOnlyMemory<byte> bytes, bool isLast) => _response.AppendAsync(bytes, isLast);

    /// <summary>The response is complete: all its text is recorded when this returns. A second call does nothing.</summary>
    public ValueTask EndResponseAsync(HttpHead? trailers, string? cut)
    {
        if (_responseEnded)
            return ValueTask.CompletedTask;
        _responseEnded = true;
        return _response.CompleteAsync(cut, OwnAnswer, trailers);
    }

    /// <summary>The exchange is over, however it ended: nothing stays open.</summary>
    public ValueTask FinishAsync(string? cut)
    {
        if (_session is not { } session)
            return ValueTask.CompletedTask;
        if (!_requestEnded || !_responseEnded)
            return FinishCutAsync(session, cut);
        AddIndexRow(session);
        Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>The session takes nothing: what is open is left to it, which ends it when it closes or is recovered.</summary>
    public void Abandon()
    {
        Close();
        _request.Dispose();
        _response.Dispose();
    }

    public void Dispose()
    {
        _request.Dispose();
        _response.Dispose();
    }

    private static string KnownMethod(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("GET"u8) ? "GET"
        : method.SequenceEqual("POST"u8) ? "POST"
        : method.SequenceEqual("HEAD"u8) ? "HEAD"
        : method.SequenceEqual("PUT"u8) ? "PUT"
        : method.SequenceEqual("DELETE"u8) ? "DELETE"
        : method.SequenceEqual("PATCH"u8) ? "PATCH"
        : method.SequenceEqual("OPTIONS"u8) ? "OPTIONS"
        : method.SequenceEqual("CONNECT"u8) ? "CONNECT"
        : method.SequenceEqual("TRACE"u8) ? "TRACE"
        : "OTHER";

    private void Begin(RecordingSession session, ChannelFacts facts)
    {
        _session = session;
        _channel = session.NextChannel();
        _facts = facts;
        _status = null;
        _requestEnded = _responseStarted = _responseEnded = false;
        OwnAnswer = null;
        _request.Forget();
        _response.Forget();
    }

    private ValueTask StartResponse(HttpHead head, bool hasBody, long length)
    {
        _responseEnded = false;
        _responseStarted = true;
        _status = head.Status;
        var draft = ResponseDraft(head);
        if (hasBody)
        {
            _response.Open(Session, draft, OpeningOf("http.response", "http.response.data", head, length));
            return ValueTask.CompletedTask;
        }
        _responseEnded = true;
        if (OwnAnswer is { } reason)
            draft.Set("error", reason);
        return Session.AppendAsync(draft, CancellationToken.None);
    }

    private async ValueTask StartAgainAsync(HttpHead head, bool hasBody, long length)
    {
        await EndResponseAsync(null, CutReason.TargetFailed);
        await StartResponse(head, hasBody, length);
    }

    private async ValueTask FinishCutAsync(RecordingSession session, string? cut)
    {
        try
        {
            await EndRequestAsync(null, cut ?? CutReason.TargetAnswered);
            if (!_responseStarted)
            {
                var draft = session.NewDraft("http.response", _channel);
                SetDialled(draft);
                draft.Set("cut", cut ?? CutReason.TargetFailed);
                await session.AppendAsync(draft, CancellationToken.None);
            }
            else
                await EndResponseAsync(null, cut ?? CutReason.TargetFailed);
            AddIndexRow(session);
        }
        finally
        {
            Close();
        }
    }

    private void Close()
    {
        _session = null;
        _requestHead.Trim();
        _responseHead.Trim();
    }

    private void AddIndexRow(RecordingSession session) => session.AddIndexRow(new IndexRow(_channel, _at, _facts.Target, "HTTP")
    {
        Method = _method,
        Status = _status,
        RequestBytes = _request.MaskedBytes,
        ResponseBytes = _response.MaskedBytes,
        Duration = _settings.Time.GetUtcNow() - _at,
    });

    private RecordDraft RequestDraft(HttpHead head)
    {
        var draft = Session.NewDraft("http.request", _channel);
        _at = draft.At;
        _method = KnownMethod(head.Method);
        _requestHead.Take(head);
        draft.Set("target", _facts.Target);
        draft.Set("method", _method);
        if (Protocol is not null)
            draft.Set("protocol", Protocol);
        _facts.DescribePath(draft, _settings);
        SetStated(draft, _requestHead);
        SetRun(draft, head);
        if (_requestHead.Text.Length > 0) // of what was refused there may be no line that could be read
            draft.SetContent("head", _requestHead.Text, _requestHead.Spans);
        return draft;
    }

    private RecordDraft ResponseDraft(HttpHead head)
    {
        var draft = Session.NewDraft("http.response", _channel);
        _responseHead.Take(head);
        draft.Set("status", head.Status);
        SetDialled(draft);
        if (OwnAnswer is not null)
            draft.Set("origin", "recorder");
        SetStated(draft, _responseHead);
        draft.SetContent("head", _responseHead.Text, _responseHead.Spans);
        return draft;
    }

    private void SetDialled(RecordDraft draft)
    {
        if (_facts.DialledLate?.Invoke() is { } dialled)
            draft.Set("dialled", dialled);
    }

    private static void SetStated(RecordDraft draft, MaskedHead head)
    {
        if (head.Length is { } length)
            draft.Set("length", length);
        // the second of the record itself needs no saying
        if (head.Date is { } date && date.ToUnixTimeSeconds() != draft.At.ToUnixTimeSeconds())
            draft.Set("date", date);
    }

    private void SetRun(RecordDraft draft, HttpHead head)
    {
        foreach (var header in _settings.RunLabels.Headers)
        {
            var value = head.First(header);
            if (value.Length == 0)
                continue;
            var label = RunLabels.LabelOf(header, value);
            if (!_settings.RunLabels.Accept(label))
                return;
            _run ??= new MaskedHead(_settings.Masking);
            _run.TakeValue(header, label);
            draft.SetContent("run", _run.Text, _run.Spans);
            return;
        }
    }

    private BodyOpening OpeningOf(string kind, string continuation, HttpHead head, long length)
    {
        var contentType = head.First(HttpFieldName.ContentType);
        var shape = BodyShape.Of(contentType);
        var coding = BodyCoding.Of(head);
        var events = shape is Masking.MaskingShape.EventStream or Masking.MaskingShape.AwsEventStream;
        return new BodyOpening(kind, continuation, _channel, shape, coding, BodyCutters.For(shape, coding is null ? length : -1), events);
    }
}
