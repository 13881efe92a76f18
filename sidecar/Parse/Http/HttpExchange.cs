using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Record;
using Microsoft.AspNetCore.Http.Features;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>
/// One request and its response, while they pass. Owned by one Kestrel connection (or HTTP/2 stream) and used again for its next
/// exchange; the request's side and the response's side may run at the same time, each touched by one flow only.
/// </summary>
internal sealed class HttpExchange
{
    private readonly HeaderDictionary _responseTrailers = [];
    private HttpTarget? _target;
    private IHttpRequestLifetimeFeature? _lifetime;

    public HttpExchange(RecorderSettings settings)
    {
        Recorder = new HttpExchangeRecorder(settings);
        Context = new DefaultHttpContext();
        RequestTap = new RequestTap(this);
        ResponseTap = new ResponseTap(this);
    }

    public DefaultHttpContext Context { get; }

    public RequestTap RequestTap { get; }

    public ResponseTap ResponseTap { get; }

    public HttpTarget Target => _target ?? throw new InvalidOperationException("no exchange is open");

    /// <summary>What writes this exchange down; it stays with the object, whose next exchange it serves again.</summary>
    public HttpExchangeRecorder Recorder { get; }

    public bool IsHttp2 { get; private set; }

    public string RawTarget { get; private set; } = "";

    /// <summary>The part of the request target that is sent on.</summary>
    public string PathAndQuery { get; set; } = "";

    public bool RequestHasBody { get; private set; }

    public bool ResponseHasBody { get; private set; }

    public bool ResponseIsComplete { get; private set; }

    public bool RecordingFailed { get; private set; }

    public Exception? OriginException { get; set; }

    public bool ResponseHasStarted => Context.Response.HasStarted;

    public bool IsAborted => Aborted.IsCancellationRequested;

    /// <summary>Fires when the agent goes away. Asking for it costs an allocation.</summary>
    public CancellationToken Aborted => _lifetime?.RequestAborted ?? CancellationToken.None;

    public IHeaderDictionary ResponseTrailers => _responseTrailers;

    /// <summary>The agent's port on loopback.</summary>
    public int PeerPort => Context.Features.Get<IHttpConnectionFeature>()?.RemotePort ?? 0;

    public static HttpExchange Of(HttpContext context) => context.Features.GetRequiredFeature<HttpExchange>();

    public void Open(IFeatureCollection features)
    {
        features.Set(this);
        Context.Initialize(features);
        _target = features.GetRequiredFeature<HttpTarget>();
        _lifetime = features.Get<IHttpRequestLifetimeFeature>();
        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        IsHttp2 = HttpProtocol.IsHttp2(request.Protocol);
        RawTarget = request.RawTarget;
        RequestHasBody = features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;
        RequestTap.Open(request.Body, Context.Request.ContentLength ?? -1);
        request.Body = RequestTap;
        ResponseTap.Open(features.GetRequiredFeature<IHttpResponseBodyFeature>());
        features.Set<IHttpResponseBodyFeature>(ResponseTap);
        ResponseHasBody = false;
        ResponseIsComplete = false;
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
        _target = null;
        _lifetime = null;
    }

    public ValueTask StartRequestAsync(RecordingSession session) => RecordedAsync(Recorder.StartRequestAsync(this, session));

    public void Abort() => _lifetime?.Abort();

    /// <summary>The response's status and fields are set: decides its framing and has them recorded. Nothing is sent yet.</summary>
    public ValueTask StartResponseAsync()
    {
        var response = Context.Response;
        ResponseHasBody = !HttpMethods.IsHead(Context.Request.Method) && response.StatusCode is >= 200 and not (204 or 304)
            && response.ContentLength != 0;
        ResponseTap.Frame(response, ResponseHasBody && !IsHttp2 && !HttpProtocol.IsHttp10(Context.Request.Protocol));
        return RecordedAsync(Recorder.StartResponseAsync(this));
    }

    public async ValueTask FlushResponseHeadAsync()
    {
        if (ResponseHasStarted)
            return;
        await RecordedAsync(Recorder.FlushResponseHeadAsync());
        await ResponseTap.StartAsync(CancellationToken.None);
    }

    public ValueTask RecordRequestAsync(ReadOnlyMemory<byte> bytes) => RecordedAsync(Recorder.RequestBytesAsync(bytes));

    public ValueTask AccountRequestHeadAsync() => RecordedAsync(Recorder.AccountRequestHeadAsync());

    public ValueTask EndRequestAsync() =>
        RecordedAsync(Recorder.EndRequestAsync(
            Context.Features.Get<IHttpRequestTrailersFeature>() is { Available: true } sent ? sent.Trailers : null, null));

    public ValueTask RecordResponseAsync(ReadOnlyMemory<byte> bytes) => RecordedAsync(Recorder.ResponseBytesAsync(bytes));

    public ValueTask EndResponseAsync()
    {
        ResponseIsComplete = true;
        return RecordedAsync(Recorder.EndResponseAsync(_responseTrailers.Count > 0 ? _responseTrailers : null, null));
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
