using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Guard;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Tcp;
using K8sRecorder.Sidecar.Parse.WebSocket;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// One request and its response on an HTTP/1.1 connection, which uses the object again for the next one. The request's head, and what
/// of its body came with it, lie in the connection's buffer until they are sent.
/// </summary>
internal sealed partial class Http1Exchange : IHttpExchange, IDisposable
{
    /// <summary>How long a request whose answer is complete may stand still before it is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What is read of a body that nobody wants; after more its connection ends.</summary>
    private const long MostDiscarded = 256L << 20;

    private readonly Http1Connection _connection;
    private readonly TargetLink _link;
    private readonly HttpHead _head = new();
    private readonly Http1HeadParser _parser;
    private readonly Http1Response _response;
    private Http1Framing _framing;
    private ConnectionOptions _options;
    private RequestTarget _target;
    private Http1Piece _first;
    private bool _firstIsBad;
    private bool _denied;
    private RecorderAnswer? _refusal;
    private HeadVerdict _verdict;
    private int _unsent;

    public Http1Exchange(Http1Connection connection, TargetLink link, RecorderSettings settings)
    {
        _connection = connection;
        Target = connection.Target;
        _link = link;
        _parser = new Http1HeadParser(Http1HeadKind.Request, _head);
        Recorder = new HttpExchangeRecorder(settings);
        Pump = new RequestPump(connection, this);
        _response = new Http1Response(connection, link, this);
    }

    public HttpTarget Target { get; private set; }

    public HttpExchangeRecorder Recorder { get; }

    public RequestPump Pump { get; }

    public Http1Body RequestBody { get; } = new();

    public bool ResponseHasStarted { get; set; }

    public bool IsAborted => _connection.AgentLeft;

    public bool WasCut => _connection.WasCut;

    public bool RecordingFailed { get; set; }

    public CancellationToken Aborted => _connection.Aborted;

    /// <summary>What is wrong with the request's head.</summary>
    public Http1Fault Fault { get; private set; }

    public bool IsHead { get; private set; }

    public bool IsHttp10 { get; private set; }

    /// <summary>Whether the agent ends the connection with this request.</summary>
    public bool AgentCloses => IsHttp10 || _options.Close;

    /// <summary>Whether nothing of the request is still to come.</summary>
    public bool IsRequestWhole { get; private set; } = true;

    /// <summary>Whether the agent's connection serves another exchange.</summary>
    public bool KeepsConnection { get; set; }

    /// <summary>Whether the agent asks to go on with WebSocket.</summary>
    public bool AsksForWebSocket { get; private set; }

    public DeflateTerms? Deflate { get; set; }

    /// <summary>Makes ready for the next head.</summary>
    public void Expect()
    {
        _parser.Reset();
        Fault = Http1Fault.None;
        _refusal = null;
        _verdict = default;
        _denied = false;
        IsRequestWhole = true;
        Pump.Clear();
    }

    /// <summary>Looks for a head in what the agent sent, and when there is one at what follows it.</summary>
    public ParseStatus ReadHead()
    {
        var source = _connection.In;
        var status = _parser.Parse(source.Bytes, source.At, source.Count);
        if (status == ParseStatus.Complete && (Fault = Check()) != Http1Fault.None)
            return ParseStatus.Invalid;
        if (status != ParseStatus.Complete)
        {
            Fault = _parser.Fault;
            return status;
        }
        (ResponseHasStarted, RecordingFailed, KeepsConnection, _firstIsBad) = (false, false, false, false);
        IsHead = _head.Method.SequenceEqual("HEAD"u8);
        IsHttp10 = _head.IsHttp10;
        _options = ConnectionOptions.Of(_head);
        AsksForWebSocket = _options.Upgrade && WebSocketUpgrade.IsNamedBy(_head) && _framing.Kind == BodyKind.None && !IsHttp10
            && _head.Method.SequenceEqual("GET"u8);
        Target = _connection.Target.Of(_head);
        _first = default;
        if (_framing.Kind != BodyKind.None)
        {
            RequestBody.Open(_framing, isRequest: true);
            _firstIsBad = RequestBody.Take(source.Bytes, source.At + _head.Length, source.Count - _head.Length, out _first) == ParseStatus.Invalid;
            IsRequestWhole = _first.IsLast;
        }
        _unsent = _head.Length + _first.Wire;
        return ParseStatus.Complete;
    }

    public StreamReset? Reset => null;

    /// <summary>What the agent sent is no request: it becomes an exchange of what could be read of its head and this answer, and nothing is forwarded.</summary>
    public void Refuse(RecorderAnswer answer)
    {
        _refusal = answer;
        _parser.BindSoFar(_connection.In.Bytes, _connection.In.At);
        (ResponseHasStarted, RecordingFailed, KeepsConnection, IsHttp10) = (false, false, false, false);
        IsHead = _head.Method.SequenceEqual("HEAD"u8);
    }

    /// <summary>Of a request that is not sent in full by now no more is, and it is recorded as cut.</summary>
    public ValueTask EndRequestEarlyAsync() => Pump.Running is null || Pump.LastIsRecorded ? ValueTask.CompletedTask : CutRequestAsync();

    public GuardDenial? JudgeHead()
    {
        if (_refusal is null && Target.Guard is { } guard)
            _verdict = guard.Judge(_head, LeavesHttp);
        return _verdict.Denial;
    }

    public async ValueTask<GuardDenial?> JudgeBodyAsync()
    {
        if (_verdict.ToolRules is not { Count: > 0 } rules || _framing.Kind == BodyKind.None || _firstIsBad)
            return null;
        var hold = new Http1Hold(_connection, _head, RequestBody, new BodyJudge(_head, rules));
        var denial = await hold.RunAsync(_first, IsHttp10 || IsRequestWhole);
        (_first, _firstIsBad) = (hold.Held, hold.IsBadBody);
        IsRequestWhole = _first.IsLast;
        _unsent = _head.Length + _first.Wire;
        return denial;
    }

    public ValueTask RecordDeniedAsync()
    {
        _denied = true;
        return _framing.Kind == BodyKind.None ? ValueTask.CompletedTask : RecordedAsync(RecordHeldAsync());
    }

    public ValueTask StartRequestAsync(RecordingSession session)
    {
        if (_refusal is not null || (_verdict.Denial is not null && _framing.Kind == BodyKind.None))
            return RecordedAsync(Recorder.RefuseRequestAsync(session, Target.Facts, _head));
        var length = _framing.Kind == BodyKind.Chunked && _first.IsLast ? _first.Data.Length : _framing.Length;
        return RecordedAsync(Recorder.StartRequestAsync(session, Target.Facts, _head, _framing.Kind != BodyKind.None, length));
    }

    public RecorderAnswer? Refusal()
    {
        if ((_refusal ?? Target.Refusal) is { } refusal)
            return refusal;
        // h2c may be declined by not answering it (RFC 9110 7.8), and some clients offer it with every first request
        if (LeavesHttp && !AsksForWebSocket)
            return RecorderAnswer.UpgradeRefused;
        return IsConnect || !RequestTarget.TryRead(_head.Target, out _target) ? RecorderAnswer.TunnelRefused : null;
    }

    public async ValueTask<RelayEnd> RelayAsync(WebSocketChannelRecorder recorder)
    {
        Close();
        var end = await _connection.RelayAsync(_link, recorder);
        KeepsConnection = false;
        await _link.DropAsync();
        return end;
    }

    public async ValueTask AnswerAsync(RecorderAnswer answer)
    {
        // what is denied leaves the connection as it is: the rest of the body is read when the answer is out. Behind a handshake of WebSocket nothing
        // comes before it was agreed to (RFC 6455 4.1), and no frame is the beginning of a request.
        KeepsConnection = (IsRequestWhole || CanBeReadToItsEnd) && !answer.Closes && (!LeavesHttp || AsksForWebSocket) && !AgentCloses && !_connection.IsStopping;
        var bytes = Http1Answer.Head(answer, !KeepsConnection);
        var head = new HttpHead();
        new Http1HeadParser(Http1HeadKind.Response, head).Parse(bytes, 0, bytes.Length);
        Recorder.OwnAnswer = answer.Reason;
        await RecordedAsync(Recorder.StartResponseAsync(head, !IsHead, answer.Body.Length));
        if (!IsHead)
        {
            await RecordedAsync(Recorder.ResponseBytesAsync(answer.Body, isLast: true));
            await RecordedAsync(Recorder.EndResponseAsync(null, null));
        }
        await SendAnswerAsync(answer, bytes);
    }

    public ValueTask AnswerUnrecordedAsync(RecorderAnswer answer)
    {
        KeepsConnection = false;
        return SendAnswerAsync(answer, Http1Answer.Head(answer, closes: true));
    }

    public void Abort()
    {
        KeepsConnection = false;
        _connection.Agent.Reset();
    }

    /// <summary>The exchange is over: what it took of the buffer is free.</summary>
    public void Close()
    {
        _connection.In.Take(_unsent);
        _unsent = 0;
        RequestBody.Dispose();
    }

    /// <summary>
    /// Reads what is still to come of a request that was answered without it, after <see cref="Close"/>; false where that did not work out,
    /// so that nobody can tell where the next request begins.
    /// </summary>
    public async ValueTask<bool> ReadToItsEndAsync()
    {
        var source = _connection.In;
        var left = MostDiscarded;
        while (!IsRequestWhole)
        {
            if (source.Count > 0)
            {
                if (RequestBody.Take(source.Bytes, source.At, source.Count, out var piece) == ParseStatus.Invalid || (left -= piece.Wire) < 0)
                    break;
                source.Take(piece.Wire);
                IsRequestWhole = piece.IsLast;
            }
            if (IsRequestWhole)
                break;
            _connection.BeginsToWait();
            var read = await _connection.ReceiveFromAgentAsync(Http1Connection.BodyBytes);
            source.Added(read);
            if (read == 0)
                break;
        }
        RequestBody.Dispose();
        return IsRequestWhole;
    }

    public void Dispose()
    {
        RequestBody.Dispose();
        _response.Dispose();
        Recorder.Dispose();
    }

    /// <summary>Finds whom the request is for, where each says that itself.</summary>
    public async ValueTask FindTargetAsync(IForwardProxy proxy)
    {
        if (_refusal is null)
            Target = await proxy.TargetOfAsync(_head, _link.Kept);
    }

    /// <summary>What a CONNECT asks for, and what came behind it, which is taken from the connection's buffer.</summary>
    public (string Authority, byte[] Ahead) TakeTunnel()
    {
        var authority = System.Text.Encoding.Latin1.GetString(_head.Target);
        Close();
        return (authority, _connection.In.TakeAll());
    }

    /// <summary>Whether doing it twice is the same as doing it once (RFC 9110 9.2.2), and it is all still here.</summary>
    private bool CanBeSentAgain =>
        _framing.Kind == BodyKind.None && (IsHead || _head.Method.SequenceEqual("GET"u8) || _head.Method.SequenceEqual("OPTIONS"u8)
            || _head.Method.SequenceEqual("PUT"u8) || _head.Method.SequenceEqual("DELETE"u8));

    /// <summary>
    /// Whether a request that was denied before it was whole can be read on. One that waits for a 100 may never send its body, or send it: nobody
    /// can tell where the next begins (RFC 9110 10.1.1).
    /// </summary>
    private bool CanBeReadToItsEnd => _denied && !_firstIsBad && (_first.Wire > 0 || !_head.Has(HttpFieldName.Expect));

    /// <summary>Whether it asks for a tunnel.</summary>
    public bool IsConnect => _head.Method.SequenceEqual("CONNECT"u8);

    /// <summary>Whether something else than HTTP may follow on the connection; an offer of h2c does not count, for it is not taken up.</summary>
    private bool LeavesHttp => _options.Upgrade && _head.Has(HttpFieldName.Upgrade)
        && (_head.CountOf(HttpFieldName.Upgrade) > 1 || !HttpFieldNames.Is(_head.First(HttpFieldName.Upgrade), "h2c"u8));

    private ExchangeResult BadRequest => RequestBody.HasLargeTrailers ? ExchangeResult.LargeTrailers : ExchangeResult.BadRequest;

    private Http1Fault Check()
    {
        var fault = Http1Framing.OfRequest(_head, out _framing);
        if (fault == Http1Fault.None && _connection.IsProxied)
            return IsConnect && _framing.Kind != BodyKind.None ? Http1Fault.TunnelBody : fault;
        return fault == Http1Fault.None && !RequestTarget.AgreesWithHost(_head) ? Http1Fault.Host : fault;
    }

    private async ValueTask SendAnswerAsync(RecorderAnswer answer, byte[] head)
    {
        ResponseHasStarted = true;
        try
        {
            await _connection.Agent.SendAsync(IsHead ? head : [.. head, .. answer.Body.Span]);
        }
        catch (Exception gone) when (Http1Connection.IsGone(gone))
        {
            KeepsConnection = false; // it did not wait for our words
        }
    }
}
