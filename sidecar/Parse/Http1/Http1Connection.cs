using System.Net.Sockets;
using System.Runtime.CompilerServices;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http2;
using K8sRecorder.Sidecar.Parse.Tcp;
using K8sRecorder.Sidecar.Parse.WebSocket;
using K8sRecorder.Sidecar.Pipeline;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// An agent's connection: reads requests off it, one after the other, and gives each to the pipeline. One connection to the target
/// stands beside it, so the target sees the connections that it would see without us. A connection that begins with the preface of
/// HTTP/2 is handed to <see cref="Http2Server"/>. One flow owns it; what may be called from others says so.
/// </summary>
internal sealed class Http1Connection : IConnection
{
    /// <summary>Room for a body while it passes.</summary>
    public const int BodyBytes = 32 << 10;

    private const int IdleTicks = 10 * 60 * CoarseClock.TicksPerSecond;
    private const int TargetIdleTicks = 60 * CoarseClock.TicksPerSecond;
    private const int HeadTicks = 60 * CoarseClock.TicksPerSecond;
    private const int LingerTicks = 5 * CoarseClock.TicksPerSecond;
    private const int WatchTicks = 2;

    private readonly RecorderPipeline _pipeline;
    private readonly Http2Server _http2;
    private readonly IForwardProxy? _proxy;
    private readonly Http1Exchange _exchange;
    private readonly AgentWatch _watch;
    private readonly TargetLink _link;
    private readonly AgentLeave _leave = new();
    private volatile Phase _phase;
    private volatile bool _isStopping;
    private volatile bool _isLate;
    private volatile bool _isCut;
    private volatile bool _wasCut;
    private volatile WebSocketRelay? _relay;
    private long _since; // ticks of the clock: when the present wait began
    private int _sweeps;
    private bool _isHttp1;

    /// <param name="agent">The agent's end; it ends with this.</param>
    /// <param name="first">What was read of it already.</param>
    /// <param name="target">Where its exchanges go.</param>
    /// <param name="pipeline">What they go through.</param>
    /// <param name="http2">Who takes over where it speaks HTTP/2.</param>
    /// <param name="proxy">Whom its requests are for, where they say that themselves; <paramref name="target"/> is of what is no request then.</param>
    public Http1Connection(
        Wire agent, ReadOnlySpan<byte> first, HttpTarget target, RecorderPipeline pipeline, Http2Server http2, IForwardProxy? proxy = null)
    {
        _proxy = proxy;
        _pipeline = pipeline;
        _http2 = http2;
        Target = target;
        Agent = agent;
        Room = new HeldRoom(pipeline);
        In.Put(first);
        _watch = new AgentWatch(this);
        _link = new TargetLink();
        _exchange = new Http1Exchange(this, _link, pipeline.Settings);
    }

    private enum Phase
    {
        Idle, Head, Finding, Exchange, Relay, Linger, Http2, Tunnel,
    }

    private enum Found
    {
        End, Request, Http2, Tunnel,
    }

    public HttpTarget Target { get; }

    public Wire Agent { get; }

    /// <summary>What the agent sent and nobody used yet.</summary>
    public WireBuffer In { get; } = new();

    /// <summary>What its requests hold of the room that all connections share.</summary>
    public HeldRoom Room { get; }

    /// <summary>Whether it is one to a proxy of ours.</summary>
    public bool IsProxied => _proxy is not null;

    public bool AgentLeft => _leave.IsNoted;

    /// <summary>Whether it was ended by us, because the recorder stops, and the agent had not left before.</summary>
    public bool WasCut => _wasCut;

    public bool IsStopping => _isStopping || _pipeline.IsStopping;

    public TimeProvider Time => _pipeline.Settings.Time;

    /// <summary>Fires when the agent leaves or the recorder stops.</summary>
    public CancellationToken Aborted
    {
        get
        {
            var token = _leave.Token;
            _watch.Begin();
            return token;
        }
    }

    /// <summary>Whether a failure only says that a connection is no more.</summary>
    public static bool IsGone(Exception failure) => failure is SocketException or IOException or ObjectDisposedException;

    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var found = await ReadRequestAsync();
                if (found == Found.Http2)
                {
                    _phase = Phase.Http2;
                    await _http2.ServeAsync(Agent, In.Bytes.AsMemory(In.At, In.Count), Target);
                    return;
                }
                if (found == Found.End)
                    return;
                if (_proxy is not null)
                {
                    _phase = Phase.Finding;
                    if (found == Found.Tunnel)
                    {
                        await TunnelAsync(_proxy);
                        return;
                    }
                    await _exchange.FindTargetAsync(_proxy);
                }
                _phase = Phase.Exchange;
                if (In.Count >= LargeHeads.From)
                    await Task.Yield(); // masking it may take a while, and this may be the thread that all sockets are read on
                await _pipeline.RunAsync(_exchange);
                _exchange.Close();
                Room.Release();
                if (_exchange.KeepsConnection && !IsStopping && (_exchange.IsRequestWhole || await DiscardAsync()))
                    continue;
                await LingerAsync();
                return;
            }
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // the agent went away between two exchanges
        }
        catch (Exception failure)
        {
            _pipeline.NoteFailure(Target.Name, failure);
        }
        finally
        {
            await CloseAsync();
        }
    }

    /// <summary>Any thread: what is under way may end.</summary>
    public void Stop()
    {
        _isStopping = true;
        Interlocked.MemoryBarrier(); // either we see that it idles, or it sees that we stop
        if (_phase == Phase.Idle)
            Agent.EndReceiving();
    }

    /// <summary>Any thread.</summary>
    public void Cut()
    {
        _wasCut = !AgentLeft && !Agent.IsBroken();
        _isCut = true;
        Interlocked.MemoryBarrier(); // either we see the relay, or it sees that we cut
        _relay?.Cut();
        NoteAgentLeft();
        Agent.Cut();
    }

    /// <summary>The clock's thread.</summary>
    public bool Sweep()
    {
        var phase = _phase;
        var waited = _pipeline.Clock.Now - Volatile.Read(ref _since);
        _sweeps++;
        switch (phase)
        {
            case Phase.Idle when waited >= IdleTicks:
            case Phase.Linger when waited >= LingerTicks:
                Agent.EndReceiving();
                break;
            case Phase.Idle when waited >= TargetIdleTicks:
                _link.Retire();
                break;
            case Phase.Head when waited >= HeadTicks:
                _isLate = true;
                Agent.EndReceiving();
                break;
            case Phase.Exchange when waited >= WatchTicks:
                if (!_exchange.Pump.IsBusy)
                    _watch.Arm(_exchange.Pump);
                // a reset shows though bytes are before it that nobody reads, because the target takes none
                if (_sweeps % CoarseClock.TicksPerSecond == 0 && Agent.IsBroken())
                    NoteAgentLeft();
                break;
        }
        return phase is Phase.Exchange or Phase.Linger || (phase == Phase.Relay && _relay is { } relay && relay.Sweep());
    }

    /// <summary>The exchange ended in an upgrade: carries bytes both ways until both sides have ended.</summary>
    public async ValueTask<RelayEnd> RelayAsync(TargetLink link, WebSocketChannelRecorder recorder)
    {
        var started = _watch.Take();
        var ahead = In.Bytes.AsSpan(In.At, In.Count).ToArray();
        In.Take(ahead.Length);
        if (started is null)
            In.Dispose();
        var relay = new WebSocketRelay(Agent, link.Wire, recorder, () => _wasCut);
        _relay = relay;
        _phase = Phase.Relay;
        Interlocked.MemoryBarrier();
        if (_isCut)
            relay.Cut();
        return await relay.RunAsync(ahead, started is null ? null : LateAsync(started), link.In.TakeAll());
    }

    /// <summary>What waits from now on has its whole time.</summary>
    public void BeginsToWait() => Volatile.Write(ref _since, _pipeline.Clock.Now);

    /// <summary>Any thread: the agent is gone, so whatever is done for it ends.</summary>
    public void NoteAgentLeft()
    {
        _leave.Note();
        _link.Cut();
    }

    public void CutTarget() => _link.Cut();

    public ValueTask SendToTargetAsync(ReadOnlyMemory<byte> bytes) => _link.Wire.SendAsync(bytes);

    public void BeginWait() => _watch.Begin();

    public void EndWait() => _watch.End();

    /// <summary>Receives into <see cref="In"/>, of which the caller is told how much was added; 0: the agent said its last byte.</summary>
    public ValueTask<int> ReceiveFromAgentAsync(int size)
    {
        if (_watch.Take() is { } started)
            return new ValueTask<int>(started);
        In.Fit(size);
        return Agent.ReceiveInTurnAsync(In.Free());
    }

    public void Dispose()
    {
        Agent.Dispose();
        _exchange.Dispose();
    }

    /// <summary>Waits for the next request's head and looks at what came with it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Found> ReadRequestAsync()
    {
        _exchange.Expect();
        BeginsToWait();
        var emptyLines = 0;
        while (true)
        {
            if (In.Count > 0)
            {
                if (!_isHttp1 && Http2Preface.Look(In.Bytes.AsSpan(In.At, In.Count)) is var look and not ParseStatus.Invalid)
                {
                    if (look == ParseStatus.Complete)
                        return Found.Http2;
                }
                else
                {
                    _isHttp1 = true;
                    for (; emptyLines < Http1Limits.EmptyLines && In.TryTakeEmptyLine(); emptyLines++)
                        _exchange.Expect(); // it may have looked at the first byte of the two
                    var status = _exchange.ReadHead();
                    if (status == ParseStatus.Invalid)
                        _exchange.Refuse(Http1Refusals.Of(_exchange.Fault));
                    if (status == ParseStatus.Complete && IsProxied && _exchange.IsConnect)
                        return Found.Tunnel;
                    if (status != ParseStatus.NeedMore)
                        return Found.Request;
                }
            }
            if (!Room.TryHoldHead(In.Count))
            {
                _exchange.Refuse(RecorderAnswer.TooManyLarge);
                return Found.Request;
            }
            _phase = In.Count == 0 ? Phase.Idle : Phase.Head;
            Interlocked.MemoryBarrier();
            if (IsStopping && In.Count == 0)
                return Found.End;
            var read = await ReceiveFromAgentAsync(WireBuffer.IdleBytes);
            if (read == 0)
            {
                if (!_isLate || In.Count == 0)
                    return Found.End;
                _exchange.Refuse(Http1Refusals.Late);
                return Found.Request;
            }
            if (In.Count == 0)
            {
                _pipeline.Clock.Quicken();
                BeginsToWait(); // a head has its time from its first byte on
            }
            In.Added(read);
        }
    }

    /// <summary>From a CONNECT on the connection is a tunnel's, or comes to its end.</summary>
    private async ValueTask TunnelAsync(IForwardProxy proxy)
    {
        var (authority, ahead) = _exchange.TakeTunnel();
        await _link.DropAsync();
        var (tunnel, refusal) = await proxy.OpenTunnelAsync(authority, ahead);
        Room.Release();
        if (tunnel is not null)
        {
            _phase = Phase.Tunnel;
            await tunnel.RunAsync();
            return;
        }
        if (refusal is not null)
            await Agent.SendAsync((byte[])[.. Http1Answer.Head(refusal, closes: true), .. refusal.Body.Span]);
        await LingerAsync();
    }

    /// <summary>What a read brings that was started while an answer was waited for.</summary>
    private async Task<byte[]> LateAsync(Task<int> started)
    {
        In.Added(await started);
        return In.TakeAll();
    }

    /// <summary>The rest of a request that was answered already; it has the time of a connection that ends, from each byte on.</summary>
    private ValueTask<bool> DiscardAsync()
    {
        BeginsToWait();
        _phase = Phase.Linger;
        _pipeline.Clock.Quicken();
        return _exchange.ReadToItsEndAsync();
    }

    /// <summary>
    /// The last of our bytes must not be lost: closing a socket that has unread bytes resets it, and a reset takes along what the other
    /// side has not read. So we end our half and read on until it ends too, for a while (RFC 9112 9.6).
    /// </summary>
    private async ValueTask LingerAsync()
    {
        BeginsToWait();
        _phase = Phase.Linger;
        if (_exchange.Pump.Running is { } pump)
        {
            await Agent.EndSendingAsync();
            await pump;
            return;
        }
        // a socket that is closed under a receive resets too
        if (In.Count == 0 && _exchange.IsRequestWhole && !_watch.IsArmed && !Agent.HasMore())
            return;
        await Agent.EndSendingAsync();
        int read;
        do
        {
            In.Take(In.Count);
            read = await ReceiveFromAgentAsync(WireBuffer.IdleBytes);
            In.Added(read);
        }
        while (read > 0);
    }

    /// <summary>Ends both sides; buffers go back only when nothing reads into them any more.</summary>
    private async ValueTask CloseAsync()
    {
        await Agent.EndSendingAsync(); // or the agent may see a reset: that is what closing does while the sweep looks at the socket
        Agent.Dispose();
        if (_watch.Take() is { } reading)
            await reading;
        if (_exchange.Pump.Running is { } pump)
            await pump;
        await _link.DropAsync();
        In.Dispose();
        Room.Release();
    }
}
