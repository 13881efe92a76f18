using System.Buffers;
using System.Runtime.CompilerServices;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.WebSocket;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>The response's side of an exchange: finds its head, has it recorded piece by piece, and sends each piece on.</summary>
internal sealed class Http1Response : IDisposable
{
    private readonly Http1Connection _connection;
    private readonly TargetLink _link;
    private readonly Http1Exchange _exchange;
    private readonly HttpHead _head = new();
    private readonly Http1HeadParser _parser;
    private readonly Http1Body _body = new();
    private Http1Framing _framing;
    private bool _closes;

    public Http1Response(Http1Connection connection, TargetLink link, Http1Exchange exchange)
    {
        _connection = connection;
        _link = link;
        _exchange = exchange;
        _parser = new Http1HeadParser(Http1HeadKind.Response, _head);
    }

    /// <summary>Whether the target ends its connection with this response: it reads no more of the request either.</summary>
    public bool TargetCloses { get; private set; }

    /// <summary>Whether the target said anything.</summary>
    public bool HasBytes { get; private set; }

    /// <summary>Brings the response to the agent. Does not throw for I/O.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ExchangeResult> RelayAsync()
    {
        var source = _link.In;
        HasBytes = false;
        var doing = ExchangeResult.BadAnswer;
        try
        {
            while (true)
            {
                var status = source.Count > 0 ? ReadHead() : ParseStatus.NeedMore;
                if (status == ParseStatus.Invalid)
                    return ExchangeResult.BadAnswer;
                if (status == ParseStatus.Complete)
                {
                    if (_head.Status >= 200)
                        break;
                    if (_head.Status == 101)
                    {
                        doing = ExchangeResult.NotRecorded;
                        await _exchange.Recorder.StartResponseAsync(_head, hasBody: false, 0);
                        doing = ExchangeResult.ClientAborted;
                        _exchange.ResponseHasStarted = true;
                        _exchange.Deflate = DeflateTerms.Of(_head);
                        await _connection.Agent.SendAsync(source.Bytes.AsMemory(source.At, _head.Length));
                        source.Take(_head.Length);
                        return ExchangeResult.Upgraded;
                    }
                    doing = ExchangeResult.NotRecorded;
                    await _exchange.Recorder.InterimAsync(_head);
                    doing = ExchangeResult.ClientAborted;
                    await SendInterimAsync();
                    doing = ExchangeResult.BadAnswer;
                    source.Take(_head.Length);
                    _parser.Reset();
                    continue;
                }
                if (!_connection.Room.TryHoldHead(source.Count))
                    return ExchangeResult.BadAnswer;
                _connection.BeginWait();
                var read = await _link.ReceiveAsync();
                _connection.EndWait();
                if (read == 0)
                    return ExchangeResult.BadAnswer;
                HasBytes = true;
                source.Added(read);
            }

            Http1Piece piece = default;
            var hasBody = _framing.Kind != BodyKind.None;
            if (hasBody)
            {
                _body.Open(_framing, isRequest: false);
                if (_body.Take(source.Bytes, source.At + _head.Length, source.Count - _head.Length, out piece) == ParseStatus.Invalid)
                    return ExchangeResult.BadAnswer;
            }
            if (_head.Length >= LargeHeads.From)
                await Task.Yield(); // masking it may take a while, and this may be the thread that all sockets are read on
            DecideWhetherItCloses();
            doing = ExchangeResult.NotRecorded;
            if (!hasBody || piece.IsLast)
                await EndRequestAsync();
            await RecordFirstAsync(hasBody, piece);
            doing = ExchangeResult.ClientAborted;
            _exchange.ResponseHasStarted = true;
            await SendFirstAsync(piece.Wire);
            source.Take(_head.Length + piece.Wire);

            var isWhole = !hasBody || piece.IsLast;
            while (!isWhole)
            {
                source.Fit(Http1Connection.BodyBytes);
                doing = ExchangeResult.TargetFailed;
                _connection.BeginWait();
                var read = await _link.ReceiveAsync();
                _connection.EndWait();
                source.Added(read);
                if (read == 0)
                {
                    if (!_body.IsUntilClose || _connection.AgentLeft)
                        return ExchangeResult.TargetFailed;
                    doing = ExchangeResult.NotRecorded;
                    await EndRequestAsync();
                    await _exchange.Recorder.EndResponseAsync(null, null);
                    break;
                }
                if (_body.Take(source.Bytes, source.At, source.Count, out piece) == ParseStatus.Invalid)
                    return ExchangeResult.TargetFailed;
                isWhole = piece.IsLast;
                doing = ExchangeResult.NotRecorded;
                if (isWhole)
                    await EndRequestAsync();
                await RecordAsync(piece);
                doing = ExchangeResult.ClientAborted;
                if (piece.Wire > 0)
                    await _connection.Agent.SendAsync(source.Bytes.AsMemory(source.At, piece.Wire));
                source.Take(piece.Wire);
            }
        }
        catch (Exception) when (doing == ExchangeResult.NotRecorded)
        {
            _exchange.RecordingFailed = true; // the pipeline tells the agent
            return doing;
        }
        catch (Exception gone) when (Http1Connection.IsGone(gone))
        {
            return doing;
        }
        finally
        {
            _connection.EndWait();
            _parser.Reset();
            _body.Dispose();
        }
        _exchange.KeepsConnection = !_closes;
        return ExchangeResult.Completed;
    }

    public void Dispose() => _body.Dispose();

    private bool IsUpgrade =>
        _exchange.AsksForWebSocket && WebSocketUpgrade.IsNamedBy(_head) && ConnectionOptions.Of(_head).Upgrade && !_head.IsHttp10;

    private ParseStatus ReadHead()
    {
        var source = _link.In;
        var status = _parser.Parse(source.Bytes, source.At, source.Count);
        if (status != ParseStatus.Complete)
            return status;
        // 101 to another protocol than the one that was asked for: nobody knows what would follow
        return Http1Framing.OfResponse(_head, _exchange.IsHead, out _framing) != Http1Fault.None || (_head.Status == 101 && !IsUpgrade)
            ? ParseStatus.Invalid
            : ParseStatus.Complete;
    }

    /// <summary>Our two connections live and die together: where one side ends its own, so does the other.</summary>
    private void DecideWhetherItCloses()
    {
        TargetCloses = _head.IsHttp10 || _framing.Kind == BodyKind.UntilClose || ConnectionOptions.Of(_head).Close;
        _closes = TargetCloses || _exchange.AgentCloses || _connection.IsStopping;
    }

    /// <summary>The response ends, and the target with it: of a request that is not sent by then no more is, and its record comes first.</summary>
    private ValueTask EndRequestAsync() => TargetCloses ? _exchange.EndRequestEarlyAsync() : ValueTask.CompletedTask;

    private ValueTask RecordFirstAsync(bool hasBody, in Http1Piece piece)
    {
        var length = _framing.Kind == BodyKind.Chunked && piece.IsLast ? piece.Data.Length : _framing.Length;
        var started = _exchange.Recorder.StartResponseAsync(_head, hasBody, length);
        if (!hasBody)
            return started;
        return started.IsCompletedSuccessfully && (piece.Data.Length > 0 || piece.IsLast) ? RecordAsync(piece) : FirstAsync(started, piece);

        async ValueTask FirstAsync(ValueTask started, Http1Piece piece)
        {
            await started;
            if (piece.Data.Length > 0 || piece.IsLast)
                await RecordAsync(piece);
            else
                await _exchange.Recorder.AccountResponseHeadAsync(); // the first event may be an hour away
        }
    }

    private ValueTask RecordAsync(in Http1Piece piece)
    {
        if (piece.Data.Length == 0 && !piece.IsLast)
            return ValueTask.CompletedTask;
        var recorded = _exchange.Recorder.ResponseBytesAsync(piece.Data, piece.IsLast);
        if (!piece.IsLast)
            return recorded;
        return recorded.IsCompletedSuccessfully ? _exchange.Recorder.EndResponseAsync(_body.Trailers, null) : EndAfterAsync(recorded);

        async ValueTask EndAfterAsync(ValueTask recorded)
        {
            await recorded;
            await _exchange.Recorder.EndResponseAsync(_body.Trailers, null);
        }
    }

    /// <summary>The head, and what is here of the body, in one send.</summary>
    private ValueTask SendFirstAsync(int body)
    {
        var source = _link.In;
        if (ForwardedHead.IsUnchanged(_head, ConnectionOptions.Of(_head), _closes, _exchange.Target.IsProxied))
            return _connection.Agent.SendAsync(source.Bytes.AsMemory(source.At, _head.Length + body));
        var changed = ArrayPool<byte>.Shared.Rent(ForwardedHead.SizeOf(_head, null) + body);
        var length = ForwardedHead.WriteResponse(_head, _closes, _exchange.Target.IsProxied, changed);
        source.Bytes.AsSpan(source.At + _head.Length, body).CopyTo(changed.AsSpan(length));
        return SentBuffer.SendAsync(_connection.Agent, changed, length + body);
    }

    private ValueTask SendInterimAsync()
    {
        if (_exchange.IsHttp10)
            return ValueTask.CompletedTask; // RFC 9110 15.2: it does not know them
        var changed = ArrayPool<byte>.Shared.Rent(ForwardedHead.SizeOf(_head, null));
        return SentBuffer.SendAsync(_connection.Agent, changed, ForwardedHead.WriteResponse(_head, closes: false, _exchange.Target.IsProxied, changed));
    }
}
