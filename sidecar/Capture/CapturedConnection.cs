using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Identify;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;
using K8sRecorder.Sidecar.Parse.Tcp;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>
/// A connection that was redirected to us. Finds out what it speaks and of which target it is, takes TLS off where there is some, and hands
/// it over to the protocol's own code; what may not pass is refused, and recorded as that.
/// </summary>
/// <param name="agent">The agent's end; it ends with this.</param>
/// <param name="parts">What it has in common with others.</param>
/// <param name="isInbound">Whether it was redirected on its way to the agent.</param>
/// <param name="passage">Where it goes, where it was asked for in words; null: the kernel knows.</param>
internal sealed partial class CapturedConnection(Socket agent, CaptureParts parts, bool isInbound = false, Passage? passage = null) : IConnection
{
    private readonly Stream _agentStream = new NetworkStream(agent, ownsSocket: true);
    private readonly CancellationTokenSource _cut = new(); // never disposed: it has no timer, and the sweep may be late
    private Passage? _passage = passage;
    private Socket? _dialled = passage?.Dialled;
    private IDisposable? _http;
    private CapturedRoute? _route;
    private FirstBytes? _firstBytes;
    private volatile IConnection? _inner;
    private volatile bool _isStopping;

    private Passage Passage => _passage ?? throw new InvalidOperationException("nothing says where it goes");

    private CapturedTargets Targets => Passage.Targets;

    private IPEndPoint Destination => Passage.Destination;

    private FirstBytes First => _firstBytes ??= new FirstBytes(parts.Time, _cut.Token);

    public async Task RunAsync()
    {
        var peerPort = 0;
        try
        {
            peerPort = (agent.RemoteEndPoint as IPEndPoint)?.Port ?? 0; // later it may be closed
            if (await IdentifyOrNoteAsync() is not { } inner)
                return;
            _inner = inner;
            Interlocked.MemoryBarrier(); // either we see that it was asked to end, or whoever asks sees the other
            if (_isStopping)
                inner.Stop();
            if (_cut.IsCancellationRequested)
                inner.Cut();
            await inner.RunAsync();
            NoteSilence();
            // it brought no request, and still its name and its destination were said
            if (_http is TargetsByHost { IsUsed: false } unused)
                await parts.Refusals.NoteUnusedAsync(unused.Any.Facts, peerPort);
        }
        catch (SocketException)
        {
            // it left before it could be asked who it is
        }
        catch (Exception failure)
        {
            parts.Pipeline.NoteFailure("captured", failure);
        }
    }

    public void Stop()
    {
        _isStopping = true;
        Interlocked.MemoryBarrier();
        if (_inner is { } inner)
            inner.Stop();
        else
            _ = _cut.CancelAsync(); // nothing is under way yet
    }

    public void Cut()
    {
        _ = _cut.CancelAsync();
        Interlocked.MemoryBarrier();
        _inner?.Cut();
    }

    public bool Sweep() => _inner?.Sweep() ?? false;

    public void Dispose()
    {
        if (_inner is { } inner)
            inner.Dispose();
        _agentStream.Dispose();
        _dialled?.Dispose();
        _route?.Dispose();
        _http?.Dispose();
    }

    /// <summary>Whatever ends it before it is known: that it was there is recorded, for a destination and a name say something, too.</summary>
    private async ValueTask<IConnection?> IdentifyOrNoteAsync()
    {
        try
        {
            return await IdentifyAsync();
        }
        catch (Exception gone) when (gone is OperationCanceledException or AuthenticationException || Http1Connection.IsGone(gone))
        {
            await parts.Refusals.RecordAsync(_passage, RefusalReason.Left, _firstBytes?.Hello?.ServerName);
            return null;
        }
    }

    private async ValueTask<IConnection?> IdentifyAsync()
    {
        if (_passage is null)
        {
            if (OriginalDestination.Of(agent) is not { } destination)
                return await RefuseAsync(RefusalReason.NotRedirected, null);
            _passage = new Passage(destination, isInbound ? [destination] : parts.Targets.WaysTo(destination), parts.Targets);
            // the kernel knows where any connection was meant to go that it looked at: the second came straight
            if ((IPAddress.IsLoopback(destination.Address) && parts.OwnPorts.Contains(destination.Port)) || destination.Equals(agent.LocalEndPoint))
                return await RefuseAsync(RefusalReason.Loop, null);
        }
        if (!Passage.Greeting.IsEmpty)
            await _agentStream.WriteAsync(Passage.Greeting, _cut.Token);
        var peek = new Peek(_agentStream, Passage.Ahead);
        if (isInbound)
            return await InboundAsync(peek);
        while (true)
        {
            switch (await SniffAsync(peek))
            {
                case null:
                    return await RefuseAsync(RefusalReason.Silent, null);
                case SpokenProtocol.Tls:
                    return await TlsAsync(peek, "TLS");
                case SpokenProtocol.Http1 or SpokenProtocol.Http2:
                    return await PlainHttpAsync(peek);
                case SpokenProtocol.PostgreSQL when PostgreSqlAsksFor(peek) == PostgreSqlGss:
                    await _agentStream.WriteAsync("N"u8.ToArray(), _cut.Token); // as a server without it; the client goes on in another way
                    peek.Take(8);
                    continue;
                case SpokenProtocol.PostgreSQL when PostgreSqlAsksFor(peek) == PostgreSqlSsl:
                    return await PostgreSqlTlsAsync(peek);
                case { } spoken:
                    return await RawAsync(peek, spoken);
            }
        }
    }

    /// <summary>
    /// Somebody connects to the agent. It is the server here, with a certificate of its own: HTTP in the clear is read, other bytes are recorded,
    /// TLS is counted where the policy lets pass what cannot be read.
    /// </summary>
    private async ValueTask<IConnection?> InboundAsync(Peek peek)
    {
        _dialled = await CapturedRoute.ConnectAsync(Passage.Ways, parts.Time, _cut.Token);
        if (_dialled is null)
            return Refuse(); // nobody listens there: that is no event
        var facts = new ChannelFacts(CapturedTargets.Inbound) { Destination = Destination.ToString(), Source = agent.RemoteEndPoint?.ToString() };
        var spoken = await SniffAsync(peek);
        if (spoken is not (SpokenProtocol.Http1 or SpokenProtocol.Http2))
        {
            var isRead = spoken is not (SpokenProtocol.Tls or SpokenProtocol.Ssh);
            if (!isRead && !parts.Targets.MayGoUnread(null))
                return await RefuseAsync(RefusalReason.Uninterceptable, First.Hello?.ServerName);
            return Relay(peek.OpenStream(), facts with { Protocol = isRead ? "TCP" : "TLS", OnlyCountedFor = isRead ? null : "uninterceptable" }, null, null);
        }
        _route = new CapturedRoute(Passage.Ways, null, parts.Client, parts.Time);
        _route.Give(new Wire(_dialled, null));
        _dialled = null;
        var target = new HttpTarget(facts, _route);
        _http = target;
        return new Http1Connection(new Wire(agent, null), peek.Bytes, target, parts.Pipeline, parts.Http2);
    }

    // :: what is spoken

    private const int PostgreSqlSsl = 80877103;
    private const int PostgreSqlGss = 80877104;

    private static int PostgreSqlAsksFor(Peek peek) => peek.Count >= 8 ? BinaryPrimitives.ReadInt32BigEndian(peek.Bytes[4..]) : 0;

    /// <summary>What the first bytes say, of the agent or, where that waits, of its target; null where nothing may be dialled and nothing was said.</summary>
    private async ValueTask<SpokenProtocol?> SniffAsync(Peek peek)
    {
        if (peek.Count == 0 && !await First.ComeAsync(peek, FirstBytes.Quiet))
        {
            var target = isInbound ? null : Targets.OfAddress(Destination, out _);
            // whom no bytes may reach but requests that were judged is not dialled for nothing
            if (!isInbound && !(MayPass(target) && Targets.MayBeRaw(target)))
            {
                if (!await First.ComeAsync(peek, MayPass(target) ? FirstBytes.Idle : FirstBytes.Patience))
                    return null;
            }
            else if (await TargetSpeaksFirstAsync(peek) is { } first)
                return first;
        }
        return await First.ReadAsync(peek, isRaw: !isInbound && Targets.OfAddress(Destination, out _)?.Protocol == TargetProtocol.TCP);
    }

    /// <summary>Dials the target meanwhile: whoever speaks first decides. Null: the agent did.</summary>
    private async ValueTask<SpokenProtocol?> TargetSpeaksFirstAsync(Peek peek)
    {
        _dialled ??= await CapturedRoute.ConnectAsync(Passage.Ways, parts.Time, _cut.Token);
        if (_dialled is not { } target)
            return SpokenProtocol.Opaque; // it is told by the relay, which finds the same
        // a receive of no bytes may end though nothing came
        if (await First.ComeFirstAsync(peek, token => target.ReceiveAsync(new byte[1], SocketFlags.Peek, token)))
            return null;
        // looked at and left where it is: the relay is to have it
        var greeting = new byte[16];
        var length = target.Available == 0 ? 0 : await target.ReceiveAsync(greeting, SocketFlags.Peek, _cut.Token);
        return ProtocolSniffer.OfTarget(greeting.AsSpan(0, length)) ?? SpokenProtocol.Opaque;
    }

    // :: where it goes

    private bool MayPass(EffectiveTarget? target) => Targets.MayPass(target);

    private ChannelFacts FactsOf(EffectiveTarget? target, string? name) => Passage.FactsOf(target, name);

    private async ValueTask<IConnection?> RefuseAsync(RefusalReason reason, string? name)
    {
        await parts.Refusals.RecordAsync(_passage, reason, name);
        return Refuse();
    }

    private TcpConnection? Refuse()
    {
        agent.LingerState = new LingerOption(enable: true, seconds: 0); // a reset is what it would see of a closed port, too
        return null;
    }

    private async ValueTask<IConnection?> PlainHttpAsync(Peek peek)
    {
        var target = Targets.OfAddress(Destination, out var name);
        if (target is { Protocol: not (TargetProtocol.Auto or TargetProtocol.HTTP) } || FactsOf(target, name).OnlyCountedFor is not null)
            return await RawAsync(peek, SpokenProtocol.Http1);
        // where nobody was dialled yet nobody is before a request was judged and recorded
        var route = _route = new CapturedRoute(Passage.Ways, null, parts.Client, parts.Time);
        var facts = FactsOf(target, null) with { Dialled = Passage.OtherThanMeant(_dialled), DialledLate = _dialled is null ? () => Passage.OtherThanMeant(route.There) : null };
        if (_dialled is not null)
            _route.Give(new Wire(_dialled, null));
        _dialled = null;
        var byHost = new TargetsByHost(Destination, _route, Targets, facts, null);
        _http = byHost;
        return new Http1Connection(new Wire(agent, null), peek.Bytes, byHost.Any, parts.Pipeline, parts.Http2);
    }

    private async ValueTask<IConnection?> RawAsync(Peek peek, SpokenProtocol spoken)
    {
        var target = Targets.OfAddress(Destination, out var name);
        var facts = FactsOf(target, name) with { Protocol = spoken is SpokenProtocol.Opaque or SpokenProtocol.Http1 ? "TCP" : spoken.ToString() };
        if (!MayPass(target))
            return await RefuseAsync(RefusalReason.Unmatched, name);
        if (!Targets.MayBeRaw(target))
            return await RefuseAsync(RefusalReason.Protocol, name);
        if (spoken == SpokenProtocol.Ssh && target?.Protocol != TargetProtocol.TCP && facts.OnlyCountedFor is null)
        {
            if (!Targets.MayGoUnread(target))
                return await RefuseAsync(RefusalReason.Uninterceptable, name);
            facts = facts with { OnlyCountedFor = "uninterceptable" };
        }
        _dialled ??= await CapturedRoute.ConnectAsync(Passage.Ways, parts.Time, _cut.Token);
        return Relay(peek.OpenStream(), facts with { Dialled = Passage.OtherThanMeant(_dialled) }, null, target);
    }

    /// <param name="agentStream">The agent's side.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="there">The other side, where it is open and shook hands; else it is dialled.</param>
    /// <param name="target">Whose it is; null: nobody's.</param>
    private TcpConnection Relay(Stream agentStream, ChannelFacts facts, (Socket Socket, Stream Stream)? there, EffectiveTarget? target) =>
        new(agent, agentStream, new TcpTarget(facts, async cancellationToken =>
        {
            if (there is not null)
                return there;
            var socket = _dialled ?? await CapturedRoute.ConnectAsync(Passage.Ways, parts.Time, cancellationToken);
            _dialled = null;
            return socket is null ? null : (socket, new NetworkStream(socket, ownsSocket: true));
        })
        {
            TlsInside = parts.Targets.MayGoUnread(target) ? TlsInside.Counted : TlsInside.Refused,
        }, parts.Pipeline);
}
