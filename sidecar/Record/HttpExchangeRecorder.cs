using K8sRecorder.Recording.Index;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Mask;
using K8sRecorder.Sidecar.Parse.Http;
using Microsoft.AspNetCore.Http.Features;

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
    private readonly BodyRecorder _request;
    private readonly BodyRecorder _response;

    private RecordingSession? _session;
    private long _channel;
    private DateTimeOffset _at;
    private string _target = "";
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

    private RecordingSession Session => _session ?? throw new InvalidOperationException("no exchange is being recorded");

    public async ValueTask StartRequestAsync(HttpExchange exchange, RecordingSession session)
    {
        _session = session;
        _channel = session.NextChannel();
        _target = exchange.Target.Name;
        _status = null;
        _requestEnded = _responseStarted = _responseEnded = false;
        OwnAnswer = null;
        var request = exchange.Context.Request;
        var draft = RequestDraft(exchange, request);
        if (!exchange.RequestHasBody)
        {
            _requestEnded = true;
            await session.AppendAsync(draft, CancellationToken.None);
            return;
        }
        _request.Open(session, draft, OpeningOf(
            "http.request", "http.request.data", request.ContentType, request.Headers.ContentEncoding.ToString(), request.ContentLength));
        // Else the head leaves with the first piece of the body, and is accounted for with it (or see AccountRequestHeadAsync).
        if (_settings.IsStrict && (exchange.IsHttp2 || request.Headers.Expect.Count > 0))
            await _request.AccountHeadAsync();
    }

    /// <summary>The request's head may be sent before any byte of the body.</summary>
    public ValueTask AccountRequestHeadAsync() => _requestEnded ? ValueTask.CompletedTask : _request.AccountHeadAsync();

    public ValueTask RequestBytesAsync(ReadOnlyMemory<byte> bytes) => _request.AppendAsync(bytes);

    /// <summary>The request is complete: all its text is recorded when this returns. A second call does nothing.</summary>
    public ValueTask EndRequestAsync(IHeaderDictionary? trailers, string? cut)
    {
        if (_requestEnded)
            return ValueTask.CompletedTask;
        _requestEnded = true;
        return _request.CompleteAsync(cut, null, FieldsOf(trailers));
    }

    /// <summary>The response's status and fields are there.</summary>
    public async ValueTask StartResponseAsync(HttpExchange exchange)
    {
        // the target's head was there and nothing of it sent yet when the target failed: our own answer follows it
        if (_responseStarted)
            await EndResponseAsync(null, CutReason.TargetFailed);
        _responseEnded = false;
        var response = exchange.Context.Response;
        _responseStarted = true;
        _status = response.StatusCode;
        var draft = ResponseDraft(exchange, response);
        if (exchange.ResponseHasBody)
        {
            _response.Open(Session, draft, OpeningOf("http.response", "http.response.data", response.ContentType,
                response.Headers.ContentEncoding.ToString(), response.ContentLength));
            return;
        }
        _responseEnded = true;
        if (OwnAnswer is { } reason)
            draft.Set("error", reason);
        await Session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>The head is about to be sent before any byte of the body.</summary>
    public ValueTask FlushResponseHeadAsync() => _responseEnded ? ValueTask.CompletedTask : _response.AccountHeadAsync();

    public ValueTask ResponseBytesAsync(ReadOnlyMemory<byte> bytes) => _response.AppendAsync(bytes);

    /// <summary>The response is complete: all its text is recorded when this returns. A second call does nothing.</summary>
    public ValueTask EndResponseAsync(IHeaderDictionary? trailers, string? cut)
    {
        if (_responseEnded)
            return ValueTask.CompletedTask;
        _responseEnded = true;
        return _response.CompleteAsync(cut, OwnAnswer, FieldsOf(trailers));
    }

    /// <summary>The exchange is over, however it ended: nothing stays open.</summary>
    public async ValueTask FinishAsync(string? cut)
    {
        if (_session is not { } session)
            return;
        try
        {
            await EndRequestAsync(null, cut ?? CutReason.TargetAnswered);
            if (!_responseStarted)
            {
                var draft = session.NewDraft("http.response", _channel);
                draft.Set("cut", cut ?? CutReason.TargetFailed);
                await session.AppendAsync(draft, CancellationToken.None);
            }
            else
                await EndResponseAsync(null, cut ?? CutReason.TargetFailed);
            session.AddIndexRow(new IndexRow(_channel, _at, _target, "HTTP")
            {
                Method = _method,
                Status = _status,
                RequestBytes = _request.MaskedBytes,
                ResponseBytes = _response.MaskedBytes,
                Duration = _settings.Time.GetUtcNow() - _at,
            });
        }
        finally
        {
            _session = null;
        }
    }

    /// <summary>The session takes nothing: what is open is left to it, which ends it when it closes or is recovered.</summary>
    public void Abandon()
    {
        _session = null;
        _request.Dispose();
        _response.Dispose();
    }

    public void Dispose()
    {
        _request.Dispose();
        _response.Dispose();
    }

    private static string KnownMethod(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "CONNECT" or "OPTIONS" or "TRACE" or "PATCH" => method,
        _ => "OTHER",
    };

    private static Action<MaskedHead>? FieldsOf(IHeaderDictionary? trailers)
    {
        if (trailers is null || trailers.Count == 0)
            return null;
        return head =>
        {
            foreach (var (name, values) in trailers)
                head.Field(name, values);
        };
    }

    private RecordDraft RequestDraft(HttpExchange exchange, HttpRequest request)
    {
        var draft = Session.NewDraft("http.request", _channel);
        _at = draft.At;
        _method = KnownMethod(request.Method);
        _requestHead.Clear();
        _requestHead.RequestLine(request.Method, exchange.RawTarget, exchange.IsHttp2 ? "HTTP/2" : request.Protocol);
        AddFields(_requestHead, request.Headers);
        draft.Set("target", _target);
        draft.Set("method", _method);
        SetHead(draft, _requestHead, request.Headers);
        return draft;
    }

    private RecordDraft ResponseDraft(HttpExchange exchange, HttpResponse response)
    {
        var draft = Session.NewDraft("http.response", _channel);
        _responseHead.Clear();
        var reason = exchange.Context.Features.Get<IHttpResponseFeature>()?.ReasonPhrase;
        _responseHead.StatusLine(exchange.IsHttp2 ? "HTTP/2" : "HTTP/1.1", response.StatusCode, reason);
        AddFields(_responseHead, response.Headers);
        draft.Set("status", response.StatusCode);
        if (OwnAnswer is not null)
            draft.Set("origin", "recorder");
        SetHead(draft, _responseHead, null);
        return draft;
    }

    private void SetHead(RecordDraft draft, MaskedHead head, IHeaderDictionary? runHeaders)
    {
        if (head.Length is { } length)
            draft.Set("length", length);
        // the second of the record itself needs no saying
        if (head.Date is { } date && date.ToUnixTimeSeconds() != draft.At.ToUnixTimeSeconds())
            draft.Set("date", date);
        if (runHeaders is not null)
            SetRun(draft, runHeaders);
        draft.SetContent("head", head.Text, head.Spans);
    }

    private void SetRun(RecordDraft draft, IHeaderDictionary headers)
    {
        foreach (var header in _settings.RunLabels.Headers)
        {
            if (!headers.TryGetValue(header, out var values) || values.Count == 0)
                continue;
            if (_settings.RunLabels.Accept(header, values[0] ?? "") is not { } label)
                return;
            _responseHead.Clear();
            _responseHead.Value(header, label);
            draft.SetContent("run", _responseHead.Text, _responseHead.Spans);
            return;
        }
    }

    private static void AddFields(MaskedHead head, IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            if (!name.StartsWith(':'))
                head.Field(name, values);
        }
    }

    private BodyOpening OpeningOf(string kind, string continuation, string? contentType, string contentEncoding, long? length)
    {
        var shape = BodyShape.Of(contentType);
        var coding = contentEncoding.Length == 0 || contentEncoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? null
            : ContentDecoder.NameOf(contentEncoding) ?? "";
        var events = shape == Masking.MaskingShape.EventStream
            || contentType?.StartsWith("application/vnd.amazon.eventstream", StringComparison.OrdinalIgnoreCase) == true;
        return new BodyOpening(
            kind, continuation, _channel, shape, coding, BodyCutters.For(shape, coding is null ? length ?? -1 : -1), events, length ?? -1);
    }
}
