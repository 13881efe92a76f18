using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
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
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>
/// A connection that was redirected to us. Finds out what it speaks and of which target it is, takes TLS off where there is some, and hands
/// it over to the protocol's own code; what may not pass is refused, and recorded as that.
/// </summary>
internal sealed class CapturedConnection(Socket agent, CaptureParts parts, bool isInbound = false) : IConnection
{
    private readonly Stream _agentStream = new NetworkStream(agent, ownsSocket: true);
    private readonly CancellationTokenSource _cut = new(); // never disposed: it has no timer, and the sweep may be late
    private IPEndPoint _destination = new(IPAddress.None, 0);
    private IReadOnlyList<IPEndPoint> _ways = [];
    private Socket? _dialled;
    private IDisposable? _http;
    private CapturedRoute? _route;
    private FirstBytes? _firstBytes;
    private volatile IConnection? _inner;
    private volatile bool _isStopping;

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
            await parts.Refusals.RecordAsync(_destination.Port == 0 ? null : _destination, RefusalReason.Left, _firstBytes?.Hello?.ServerName);
            return null;
        }
    }

    private async ValueTask<IConnection?> IdentifyAsync()
    {
        if (OriginalDestination.Of(agent) is not { } destination)
            return await RefuseAsync(RefusalReason.NotRedirected, null);
        _destination = destination;
        _ways = isInbound ? [destination] : parts.Targets.WaysTo(destination);
        if (IPAddress.IsLoopback(destination.Address) && parts.OwnPorts.Contains(destination.Port))
            return await RefuseAsync(RefusalReason.Loop, null);
        var peek = new Peek(_agentStream);
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
        _dialled = await CapturedRoute.ConnectAsync(_ways, parts.Time, _cut.Token);
        if (_dialled is null)
            return Refuse(); // nobody listens there: that is no event
        var facts = new ChannelFacts(CapturedTargets.Inbound) { Destination = _destination.ToString(), Source = agent.RemoteEndPoint?.ToString() };
        var spoken = await SniffAsync(peek);
        if (spoken is not (SpokenProtocol.Http1 or SpokenProtocol.Http2))
        {
            var isRead = spoken is not (SpokenProtocol.Tls or SpokenProtocol.Ssh);
            if (!isRead && !parts.Targets.MayGoUnread(null))
                return await RefuseAsync(RefusalReason.Uninterceptable, First.Hello?.ServerName);
            return Relay(peek.OpenStream(), facts with { Protocol = isRead ? "TCP" : "TLS", OnlyCountedFor = isRead ? null : "uninterceptable" }, null);
        }
        _route = new CapturedRoute(_ways, null, parts.Client, parts.Time);
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
            if (!isInbound && !MayPass(parts.Targets.OfAddress(_destination, out _)))
            {
                if (!await First.ComeAsync(peek, FirstBytes.Patience))
                    return null;
            }
            else if (await TargetSpeaksFirstAsync(peek) is { } first)
                return first;
        }
        return await First.ReadAsync(peek);
    }

    /// <summary>Dials the target meanwhile: whoever speaks first decides. Null: the agent did.</summary>
    private async ValueTask<SpokenProtocol?> TargetSpeaksFirstAsync(Peek peek)
    {
        _dialled ??= await CapturedRoute.ConnectAsync(_ways, parts.Time, _cut.Token);
        if (_dialled is not { } target)
            return SpokenProtocol.Opaque; // it is told by the relay, which finds the same
        if (await First.ComeFirstAsync(peek, token => target.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, token)))
            return null;
        // looked at and left where it is: the relay is to have it
        var greeting = new byte[16];
        var length = target.Available == 0 ? 0 : await target.ReceiveAsync(greeting, SocketFlags.Peek, _cut.Token);
        return ProtocolSniffer.OfTarget(greeting.AsSpan(0, length)) ?? SpokenProtocol.Opaque;
    }

    // :: where it goes

    private bool MayPass(EffectiveTarget? target) => target is not null || parts.Targets.UnmatchedMode != UnmatchedMode.Deny;

    private ChannelFacts FactsOf(EffectiveTarget? target, string? name) => new(target?.Name ?? CapturedTargets.Unmatched)
    {
        Destination = _destination.ToString(),
        Name = name,
        OnlyCountedFor = target is null && parts.Targets.UnmatchedMode == UnmatchedMode.Pass ? "unmatched" : null,
    };

    private async ValueTask<IConnection?> RefuseAsync(RefusalReason reason, string? name)
    {
        await parts.Refusals.RecordAsync(_destination.Port == 0 ? null : _destination, reason, name);
        return Refuse();
    }

    private TcpConnection? Refuse()
    {
        agent.LingerState = new LingerOption(enable: true, seconds: 0); // a reset is what it would see of a closed port, too
        return null;
    }

    private async ValueTask<IConnection?> PlainHttpAsync(Peek peek)
    {
        var target = parts.Targets.OfAddress(_destination, out var name);
        if (target is { Protocol: not (TargetProtocol.Auto or TargetProtocol.HTTP) } || FactsOf(target, name).OnlyCountedFor is not null)
            return await RawAsync(peek, SpokenProtocol.Http1);
        _dialled ??= await CapturedRoute.ConnectAsync(_ways, parts.Time, _cut.Token);
        var facts = FactsOf(target, null) with { Dialled = OtherThanMeant(_dialled) };
        _route = new CapturedRoute(_ways, null, parts.Client, parts.Time);
        if (_dialled is not null)
            _route.Give(new Wire(_dialled, null));
        _dialled = null;
        var byHost = new TargetsByHost(_destination, _route, parts.Targets, facts, null);
        _http = byHost;
        return new Http1Connection(new Wire(agent, null), peek.Bytes, byHost.Any, parts.Pipeline, parts.Http2);
    }

    private async ValueTask<IConnection?> RawAsync(Peek peek, SpokenProtocol spoken)
    {
        var target = parts.Targets.OfAddress(_destination, out var name);
        var facts = FactsOf(target, name) with { Protocol = spoken is SpokenProtocol.Opaque or SpokenProtocol.Http1 ? "TCP" : spoken.ToString() };
        if (!MayPass(target))
            return await RefuseAsync(RefusalReason.Unmatched, name);
        if (!parts.Targets.MayBeRaw(target))
            return await RefuseAsync(RefusalReason.Protocol, name);
        if (spoken == SpokenProtocol.Ssh && target?.Protocol != TargetProtocol.TCP && facts.OnlyCountedFor is null)
        {
            if (!parts.Targets.MayGoUnread(target))
                return await RefuseAsync(RefusalReason.Uninterceptable, name);
            facts = facts with { OnlyCountedFor = "uninterceptable" };
        }
        _dialled ??= await CapturedRoute.ConnectAsync(_ways, parts.Time, _cut.Token);
        return Relay(peek.OpenStream(), facts with { Dialled = OtherThanMeant(_dialled) }, null);
    }

    private string? OtherThanMeant(Socket? dialled) =>
        dialled?.RemoteEndPoint is IPEndPoint there && !there.Equals(_destination) ? there.ToString() : null;

    private TcpConnection Relay(Stream agentStream, ChannelFacts facts, (Socket Socket, Stream Stream)? there) =>
        new(agent, agentStream, new TcpTarget(facts, async cancellationToken =>
        {
            if (there is not null)
                return there;
            var socket = _dialled ?? await CapturedRoute.ConnectAsync(_ways, parts.Time, cancellationToken);
            _dialled = null;
            return socket is null ? null : (socket, new NetworkStream(socket, ownsSocket: true));
        }), parts.Pipeline);

    // :: TLS

    /// <summary>The server says with one byte whether it has TLS; then a handshake follows as it would at once elsewhere (PostgreSQL 55.2.10).</summary>
    private async ValueTask<IConnection?> PostgreSqlTlsAsync(Peek peek)
    {
        if (!MayPass(parts.Targets.OfAddress(_destination, out var known)))
            return await RefuseAsync(RefusalReason.Unmatched, known);
        _dialled ??= await CapturedRoute.ConnectAsync(_ways, parts.Time, _cut.Token);
        if (_dialled is null)
            return await RefuseAsync(RefusalReason.Unreachable, known);
        if (!await HasTlsAsync(_dialled, peek.Bytes[..8].ToArray()))
        {
            // it has none, or does not know the question: it is asked again, in the relay
            _dialled.Dispose();
            _dialled = null;
            return await RawAsync(peek, SpokenProtocol.PostgreSQL);
        }
        peek.Take(8);
        await _agentStream.WriteAsync("S"u8.ToArray(), _cut.Token);
        if (await First.ReadAsync(peek) != SpokenProtocol.Tls)
            return await RefuseAsync(RefusalReason.Protocol, known);
        return await TlsAsync(peek, "PostgreSQL");
    }

    private async ValueTask<bool> HasTlsAsync(Socket target, byte[] question)
    {
        var answer = new byte[1];
        using var patience = new CancellationTokenSource(FirstBytes.Patience, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _cut.Token);
        try
        {
            await target.SendAsync(question, SocketFlags.None, either.Token);
            return await target.ReceiveAsync(answer, SocketFlags.None, either.Token) == 1 && answer[0] == (byte)'S';
        }
        catch (Exception silent) when (silent is SocketException || (silent is OperationCanceledException && !_cut.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>
    /// The agent's handshake waits until the target's is done: what the two agree on is what the agent gets, and a target that is not who it
    /// should be gets nothing.
    /// </summary>
    private async ValueTask<IConnection?> TlsAsync(Peek peek, string protocol)
    {
        var hello = First.Hello!;
        if (hello.ServerName is { } unlikely && !ServerName.TryParse(unlikely, out _))
            return await RefuseAsync(RefusalReason.Untrusted, unlikely); // no certificate could be for it
        var names = NamesFor(hello);
        if (names.Find(name => MayPass(parts.Targets.OfProven(name.Text, _destination))) is not { Text: not null } first)
            return await RefuseAsync(RefusalReason.Unmatched, names[0].Text);
        var facts = FactsOf(parts.Targets.OfProven(first.Text, _destination), first.Text);
        if (facts.OnlyCountedFor is not null)
            return Relay(peek.OpenStream(), facts, null);
        if (parts.IsPinned(first.Text, _destination) && parts.Targets.OfClaimed(first.Text, _destination) is var claimed && MayPass(claimed) && parts.Targets.MayGoUnread(claimed))
            return Relay(peek.OpenStream(), FactsOf(claimed, first.Text) with { Protocol = "TLS", OnlyCountedFor = "uninterceptable" }, null);

        SslApplicationProtocol[] offered = [.. hello.Protocols.Where(ProtocolNames.IsKnown).Select(one => new SslApplicationProtocol(one))];
        var (socket, upstream, name) = await ReachAsync(names, offered);
        facts = FactsOf(parts.Targets.OfProven(name.Text, _destination), name.Text);
        if (upstream.Stream is not { } targetStream)
        {
            return socket is null ? await AnswerInsteadAsync(peek, name, facts, RecorderAnswer.Unreachable, RefusalReason.Unreachable)
                : upstream.Outcome == TlsClientOutcome.NotBelieved ? await AnswerInsteadAsync(peek, name, facts, Untrusted(upstream.Reason), RefusalReason.Untrusted)
                : upstream.Outcome == TlsClientOutcome.ClientCertificateRequired ? await NotToBeReadAsync(name, facts)
                : await AnswerInsteadAsync(peek, name, facts, RecorderAnswer.Unreachable, RefusalReason.Unreachable);
        }
        var chosen = targetStream.NegotiatedApplicationProtocol;
        var accepted = await AcceptAsync(peek, name, chosen.Protocol.IsEmpty ? null : chosen);
        if (accepted.Stream is not { } agentStream)
        {
            await targetStream.DisposeAsync();
            return accepted.Outcome is TlsServerOutcome.CertificateRefused or TlsServerOutcome.Closed
                ? await NotToBeReadAsync(name, facts) : await RefuseAsync(RefusalReason.Handshake, facts.Name);
        }
        facts = facts with
        {
            Protocol = protocol,
            Tls = VersionOf(agentStream),
            Dialled = OtherThanMeant(socket),
            Alpn = chosen.Protocol.IsEmpty ? null : System.Text.Encoding.ASCII.GetString(chosen.Protocol.Span),
        };
        return await InsideAsync(agentStream, socket!, targetStream, name, parts.Targets.OfProven(name.Text, _destination), facts);
    }

    /// <summary>
    /// Who the target may be: the name that the agent says or, where it says none, the address that it goes to, and the name that it asked for.
    /// </summary>
    private List<ServerName> NamesFor(ClientHello hello)
    {
        if (ServerName.TryParse(hello.ServerName, out var said))
            return [said];
        var address = ServerName.Of(_destination.Address);
        _ = parts.Targets.OfAddress(_destination, out var known);
        return ServerName.TryParse(known, out var asked) ? [address, asked] : [address];
    }

    /// <summary>Connects and shakes hands under the first of the names that may pass and that the target bears out.</summary>
    private async ValueTask<(Socket? Socket, TlsClientResult Result, ServerName Name)> ReachAsync(List<ServerName> names, SslApplicationProtocol[] offered)
    {
        var (tried, result, last) = ((Socket?)null, default(TlsClientResult), names[0]);
        foreach (var name in names)
        {
            if (!MayPass(parts.Targets.OfProven(name.Text, _destination)))
                continue;
            var socket = _dialled ?? await CapturedRoute.ConnectAsync(_ways, parts.Time, _cut.Token);
            _dialled = null;
            if (socket is null)
                return (null, default, name);
            (tried, last) = (socket, name);
            result = await parts.Client.ConnectAsync(new NetworkStream(socket, ownsSocket: true), name, offered, _cut.Token);
            if (result.Outcome != TlsClientOutcome.NotBelieved)
                break;
        }
        return (tried, result, last);
    }

    private static string VersionOf(SslStream stream) => stream.SslProtocol == SslProtocols.Tls12 ? "1.2" : "1.3";

    /// <summary>TLS is off on both sides: what is inside?</summary>
    private async ValueTask<IConnection?> InsideAsync(
        SslStream agentStream, Socket targetSocket, SslStream targetStream, ServerName name, EffectiveTarget? target, ChannelFacts facts)
    {
        var chosen = targetStream.NegotiatedApplicationProtocol;
        var isHttp = chosen == SslApplicationProtocol.Http2 || chosen == SslApplicationProtocol.Http11;
        var inside = new Peek(agentStream);
        // however long the agent takes: what it says late is looked at, too
        if (!isHttp && facts.Protocol == "TLS" && target?.Protocol != TargetProtocol.TCP
            && await First.ComeFirstAsync(inside, token => targetStream.ReadAsync(Memory<byte>.Empty, token)))
            isHttp = await First.ReadAsync(inside) is SpokenProtocol.Http1 or SpokenProtocol.Http2;
        if (isHttp && target?.Protocol != TargetProtocol.TCP)
        {
            _route = new CapturedRoute(_ways, name, parts.Client, parts.Time);
            _route.Give(new Wire(targetSocket, targetStream));
            var byHost = new TargetsByHost(_destination, _route, parts.Targets, facts, name);
            _http = byHost;
            return new Http1Connection(new Wire(agent, agentStream), inside.Bytes, byHost.Any, parts.Pipeline, parts.Http2);
        }
        if (!parts.Targets.MayBeRaw(target))
        {
            await targetStream.DisposeAsync();
            return await RefuseAsync(RefusalReason.Protocol, name.Text);
        }
        return Relay(inside.OpenStream(), facts, (targetSocket, targetStream));
    }

    private ValueTask<TlsServerResult> AcceptAsync(Peek peek, ServerName name, SslApplicationProtocol? protocol) =>
        TlsServerSide.AcceptAsync(peek.OpenStream(), parts.Leaves.For(name), protocol, parts.Time, _cut.Token);

    /// <summary>Pinned, or only for who has a certificate of its own: the policy says what becomes of what cannot be read.</summary>
    private async ValueTask<IConnection?> NotToBeReadAsync(ServerName name, ChannelFacts facts)
    {
        if (parts.Targets.MayGoUnread(parts.Targets.OfProven(name.Text, _destination)))
            parts.NotePinned(name.Text, _destination); // this connection is spoilt; the next passes
        return await RefuseAsync(RefusalReason.Uninterceptable, facts.Name);
    }

    /// <summary>Where HTTP is offered an answer in words comes instead of a broken connection.</summary>
    private async ValueTask<IConnection?> AnswerInsteadAsync(Peek peek, ServerName name, ChannelFacts facts, RecorderAnswer answer, RefusalReason reason)
    {
        var offered = First.Hello!.Protocols.Select(one => new SslApplicationProtocol(one)).ToList();
        SslApplicationProtocol? protocol = offered.Contains(SslApplicationProtocol.Http2) ? SslApplicationProtocol.Http2
            : offered.Contains(SslApplicationProtocol.Http11) ? SslApplicationProtocol.Http11 : null;
        if (protocol is null || (await AcceptAsync(peek, name, protocol)).Stream is not { } stream)
            return await RefuseAsync(reason, facts.Name);
        _route = new CapturedRoute(_ways, name, parts.Client, parts.Time);
        var target = new HttpTarget(facts with { Tls = VersionOf(stream) }, _route) { Refusal = answer };
        _http = target;
        return new Http1Connection(new Wire(agent, stream), [], target, parts.Pipeline, parts.Http2);
    }

    private static RecorderAnswer Untrusted(string why) => new(502, "Bad Gateway", $"the target is not who it should be: {why}");
}
