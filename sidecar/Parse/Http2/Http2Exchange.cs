using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Guard;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Tcp;
using K8sRecorder.Sidecar.Parse.WebSocket;
using K8sRecorder.Sidecar.Pipeline;
using K8sRecorder.Sidecar.Record;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// One request and its response on an HTTP/2 stream. Owned by the stream and used again for its next exchange; the request's side and
/// the response's side may run at the same time, each touched by one flow only.
/// </summary>
internal sealed class Http2Exchange : IHttpExchange
{
    private readonly IHttpOrigin _origin;
    private readonly RecorderPipeline _pipeline;
    private readonly HeaderDictionary _responseTrailers = [];
    private readonly EncodedHead _requestHead = new();
    private readonly EncodedHead _responseHead = new();
    private HttpTarget? _target;
    private IHttpRequestLifetimeFeature? _lifetime;
    private readonly FaithfulReset _reset;
    private GivenConnection? _connection;
    private int _stream;
    private IHttpExtendedConnectFeature? _connect;
    private IHttpResponseBodyFeature? _body;
    private AgentSocket? _agentSocket;
    private TargetSocket? _targetSocket;
    private HeadVerdict _verdict;
    private int _held;

    public Http2Exchange(IHttpOrigin origin, RecorderPipeline pipeline)
    {
        _origin = origin;
        _pipeline = pipeline;
        Recorder = new HttpExchangeRecorder(pipeline.Settings);
        Context = new DefaultHttpContext();
        RequestTap = new RequestTap(this);
        ResponseTap = new ResponseTap(this);
        _reset = new FaithfulReset(this);
    }

    public DefaultHttpContext Context { get; }

    public RequestTap RequestTap { get; }

    public ResponseTap ResponseTap { get; }

    public HttpTarget Target => _target ?? throw new InvalidOperationException("no exchange is open");

    /// <summary>What writes this exchange down; it stays with the object, whose next exchange it serves again.</summary>
    public HttpExchangeRecorder Recorder { get; }

    public GivenConnection Connection => _connection ?? throw new InvalidOperationException("no exchange is open");

    public string RawTarget { get; private set; } = "";

    /// <summary>The part of the request target that is sent on.</summary>
    public string PathAndQuery { get; private set; } = "";

    public bool RequestHasBody { get; private set; }

    public bool ResponseHasBody { get; private set; }

    public bool ResponseIsComplete { get; private set; }

    /// <summary>Whether the target has answered in full, though it may not have wanted all of the request.</summary>
    public bool AnswerIsWhole { get; set; }

    public bool RecordingFailed { get; private set; }

    public Exception? OriginException { get; set; }

    public bool ResponseHasStarted => Context.Response.HasStarted;

    /// <summary>Whether the agent left. Its reset is known here before Kestrel has told anybody.</summary>
    public bool IsAborted => Aborted.IsCancellationRequested || WasResetByAgent;

    public bool WasCut => _pipeline.IsStopping && _connection is { WasCut: true } && !WasResetByAgent;

    public StreamReset? Reset =>
        _connection?.Heard.ResetOf(_stream) is { } code ? new StreamReset("agent", Http2Codes.NameOf(code), false)
        : Http2Failure.Of(OriginException) is { } failure ? new StreamReset(failure.From, Http2Codes.NameOf(failure.Code), failure.IsOfConnection)
        : null;

    public CancellationToken Aborted => _lifetime?.RequestAborted ?? CancellationToken.None;

    public IHeaderDictionary ResponseTrailers => _responseTrailers;

    public static Http2Exchange Of(HttpContext context) => context.Features.GetRequiredFeature<Http2Exchange>();

    public void Open(IFeatureCollection features)
    {
        features.Set(this);
        Context.Initialize(features);
        _target = features.GetRequiredFeature<HttpTarget>();
        if (_target.ByHost is { } byHost)
            _target = byHost(Context.Request.Headers.Host.ToString());
        _lifetime = features.Get<IHttpRequestLifetimeFeature>();
        _connection = features.GetRequiredFeature<GivenConnection>();
        _stream = features.Get<IHttp2StreamIdFeature>()?.StreamId ?? 0;
        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        RawTarget = request.RawTarget;
        _connect = features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect ? connect : null;
        RequestHasBody = _connect is null && (features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true);
        RequestTap.Open(request.Body, Context.Request.ContentLength ?? -1);
        request.Body = RequestTap;
        _body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        ResponseTap.Open(_body);
        features.Set<IHttpResponseBodyFeature>(ResponseTap);
        _reset.Open(features.Get<IHttpResetFeature>());
        features.Set<IHttpResetFeature>(_reset);
        ResponseHasBody = false;
        ResponseIsComplete = false;
        AnswerIsWhole = false;
        RecordingFailed = false;
        OriginException = null;
    }

    public void Close()
    {
        Context.Uninitialize();
        RequestTap.Release();
        ResponseTap.Release();
        OriginException = null;
        _responseTrailers.Clear();
        ForgetHeads();
        _target = null;
        _verdict = default;
        _lifetime = null;
        _connection = null;
        _connect = null;
        _body = null;
        _agentSocket = null;
        _targetSocket = null;
        Deflate = null;
    }

    public GuardDenial? JudgeHead()
    {
        var request = Context.Request;
        var head = _requestHead.Request(request.Method, RawTarget, request.Headers);
        _verdict = Target.Guard?.Judge(head, _connect is not null) ?? default;
        return _verdict.Denial;
    }

    public async ValueTask<GuardDenial?> JudgeBodyAsync()
    {
        if (_verdict.ToolRules is not { Count: > 0 } rules || !RequestHasBody)
            return null;
        return await RequestTap.HoldAsync(new BodyJudge(_requestHead.Head, rules), _pipeline.HeldBodies);
    }

    public ValueTask RecordDeniedAsync() => RequestHasBody ? RequestTap.RecordHeldAsync() : ValueTask.CompletedTask;

    public ValueTask StartRequestAsync(RecordingSession session)
    {
        var request = Context.Request;
        var head = _requestHead.Head;
        Recorder.Protocol = _connect is null ? null : IsWebSocket ? "websocket" : "other";
        if (_verdict.Denial is not null && !RequestHasBody)
            return RecordedAsync(Recorder.RefuseRequestAsync(session, Target.Facts, head));
        return RecordedAsync(StartAsync());

        async ValueTask StartAsync()
        {
            await Recorder.StartRequestAsync(session, Target.Facts, head, RequestHasBody, request.ContentLength ?? -1);
            await Recorder.AccountRequestHeadAsync(); // the client may send the head alone
        }
    }

    public RecorderAnswer? Refusal()
    {
        if (Target.Refusal is { } refusal)
            return refusal;
        if (_connect is not null && !IsWebSocket)
            return RecorderAnswer.UpgradeRefused;
        if ((_connect is null && HttpMethods.IsConnect(Context.Request.Method)) || !RawTarget.StartsWith('/'))
            return RecorderAnswer.TunnelRefused;
        PathAndQuery = RawTarget;
        return Holds(_requestHead.Head.Length) ? null : RecorderAnswer.TooManyLarge;
    }

    public async ValueTask<ExchangeResult> ForwardAsync()
    {
        Target.NoteHttp2Error ??= NoteErrorsOf(_pipeline, Target.Facts);
        var result = IsWebSocket ? await WebSocketOrigin.ForwardAsync(this) : await _origin.ForwardAsync(this);
        if (Http2Failure.Of(OriginException) is { IsOfConnection: true, IsNoted: false } failure && result != ExchangeResult.Completed && _pipeline.IsNew(failure.Cause))
            await _pipeline.RecordHttp2ErrorAsync(Target.Facts, "target", failure.From, Http2Codes.NameOf(failure.Code));
        if (result == ExchangeResult.Completed)
            await ResponseTap.CompleteAsync();
        else if (WasCut && result != ExchangeResult.NotRecorded)
            return ExchangeResult.RecorderStopped;
        return result;
    }

    public async ValueTask AnswerAsync(RecorderAnswer answer)
    {
        Prepare(answer);
        _responseTrailers.Clear();
        Recorder.OwnAnswer = answer.Reason;
        await StartResponseAsync();
        if (!HttpMethods.IsHead(Context.Request.Method))
            await ResponseTap.WriteAsync(answer.Body);
        await ResponseTap.CompleteAsync();
    }

    public DeflateTerms? Deflate { get; private set; }

    /// <summary>The target agreed to a WebSocket: has its answer recorded and gives it to the agent.</summary>
    public async ValueTask AcceptAsync(HttpResponseMessage answer, TargetSocket target)
    {
        FaithfulTransformer.TakeHead(this, answer);
        var response = Context.Response;
        response.Headers.Remove("Sec-WebSocket-Accept"); // of the handshake of HTTP/1.1 alone (RFC 8441 5)
        var head = _responseHead.Response(response.StatusCode, response.Headers);
        Deflate = DeflateTerms.Of(head);
        await RecordedAsync(Recorder.StartResponseAsync(head, hasBody: false, -1));
        var stream = await _connect!.AcceptAsync();
        _agentSocket = new AgentSocket(stream, _body!, _reset, Aborted);
        _targetSocket = target;
    }

    public async ValueTask<RelayEnd> RelayAsync(WebSocketChannelRecorder recorder)
    {
        if (_agentSocket is null || _targetSocket is null)
            throw new InvalidOperationException("nothing was upgraded");
        ForgetHeads();
        var agent = _agentSocket;
        using var target = _targetSocket;
        target.AgentHasClosed = () => recorder.FromAgent.HasClosed;
        var wasCut = false;
        var relay = new WebSocketRelay(agent, target, recorder, () => Volatile.Read(ref wasCut));
        // a write that waits for a target hides from the relay that the agent is gone
        await using var aborting = Aborted.Register(() =>
        {
            if (WasCut)
            {
                Volatile.Write(ref wasCut, true);
                relay.Cut();
            }
            else if (!agent.IsReset)
                relay.NoteAgentGone();
        });
        return await relay.RunAsync(ReadOnlyMemory<byte>.Empty, null, ReadOnlyMemory<byte>.Empty);
    }

    public ValueTask AnswerUnrecordedAsync(RecorderAnswer answer)
    {
        Prepare(answer);
        return ResponseTap.WriteUnrecordedAsync(HttpMethods.IsHead(Context.Request.Method) ? ReadOnlyMemory<byte>.Empty : answer.Body);
    }

    /// <summary>Where it was the target's stream that was reset, the agent's is with the same code.</summary>
    public void Abort()
    {
        if (Http2Failure.Of(OriginException) is { IsOfConnection: false })
            _reset.Reset((int)Http2Codes.InternalError);
        else
            _lifetime?.Abort();
    }

    /// <summary>The response's status and fields are set: decides its framing and has them recorded. Nothing is sent yet.</summary>
    public ValueTask StartResponseAsync()
    {
        var response = Context.Response;
        ResponseHasBody = !HttpMethods.IsHead(Context.Request.Method) && response.StatusCode is >= 200 and not (204 or 304)
            && response.ContentLength != 0;
        ResponseTap.Frame(response.ContentLength ?? -1);
        var head = _responseHead.Response(response.StatusCode, response.Headers);
        return RecordedAsync(Recorder.StartResponseAsync(head, ResponseHasBody, response.ContentLength ?? -1));
    }

    public async ValueTask FlushResponseHeadAsync()
    {
        if (ResponseHasStarted)
            return;
        await RecordedAsync(Recorder.AccountResponseHeadAsync());
        await ResponseTap.StartAsync(CancellationToken.None);
    }

    public ValueTask RecordRequestAsync(ReadOnlyMemory<byte> bytes, bool isLast) => RecordedAsync(Recorder.RequestBytesAsync(bytes, isLast));

    public ValueTask AccountRequestHeadAsync() => RecordedAsync(Recorder.AccountRequestHeadAsync());

    public ValueTask EndRequestAsync()
    {
        var sent = Context.Features.Get<IHttpRequestTrailersFeature>() is { Available: true, Trailers: { Count: > 0 } trailers } ? trailers : null;
        return RecordedAsync(Recorder.EndRequestAsync(sent is null ? null : _requestHead.Trailers(sent), null));
    }

    public ValueTask RecordResponseAsync(ReadOnlyMemory<byte> bytes, bool isLast) => RecordedAsync(Recorder.ResponseBytesAsync(bytes, isLast));

    public ValueTask EndResponseAsync()
    {
        ResponseIsComplete = true;
        return RecordedAsync(Recorder.EndResponseAsync(_responseTrailers.Count > 0 ? _responseHead.Trailers(_responseTrailers) : null, null));
    }

    /// <summary>Of no exchange: a connection outlives the one that it was opened for.</summary>
    private static Func<uint, ValueTask> NoteErrorsOf(RecorderPipeline pipeline, ChannelFacts facts) => async code =>
    {
        try
        {
            await pipeline.RecordHttp2ErrorAsync(facts, "target", "target", Http2Codes.NameOf(code));
        }
        catch (Exception failure)
        {
            pipeline.NoteFailure(facts.Target, failure); // what its exchanges are told by their own records
        }
    };

    /// <summary>Whether it opens a WebSocket (RFC 8441 4).</summary>
    private bool IsWebSocket => _connect?.Protocol is "websocket";

    private bool WasResetByAgent => _connection?.Heard.ResetOf(_stream) is not null;

    private void ForgetHeads()
    {
        _requestHead.Clear();
        _responseHead.Clear();
        if (_held > 0)
            _pipeline.LargeHeads.Release(_held);
        _held = 0;
    }

    /// <summary>Its head stays as long as the exchange: as text, two bytes a character, and as bytes.</summary>
    private bool Holds(int head)
    {
        if (head < LargeHeads.From)
            return true;
        if (!_pipeline.LargeHeads.TryHold(head * 3))
            return false;
        _held = head * 3;
        return true;
    }

    private void Prepare(RecorderAnswer answer)
    {
        var response = Context.Response;
        response.Clear();
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Fields)
            response.Headers[name] = value;
        response.ContentLength = answer.Body.Length;
    }

    private ValueTask RecordedAsync(ValueTask recording) =>
        recording.IsCompletedSuccessfully ? recording : NoteFailureAsync(recording);

    private async ValueTask NoteFailureAsync(ValueTask recording)
    {
        try
        {
            await recording;
        }
        catch
        {
            RecordingFailed = true; // the pipeline tells the agent and logs it once
            throw;
        }
    }
}
