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
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Capture;

/// <content>What is wrapped in TLS: it is taken off on both sides.</content>
internal sealed partial class CapturedConnection
{
    private (WatchedTls Stream, ServerName Name, long At)? _shaken;
    private bool _leftFirst;

    /// <summary>The server says with one byte whether it has TLS; then a handshake follows as it would at once elsewhere (PostgreSQL 55.2.10).</summary>
    private async ValueTask<IConnection?> PostgreSqlTlsAsync(Peek peek)
    {
        if (!MayPass(Targets.OfAddress(Destination, out var known)))
            return await RefuseAsync(RefusalReason.Unmatched, known);
        _dialled ??= await CapturedRoute.ConnectAsync(Passage.Ways, parts.Time, _cut.Token);
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
        if ((hello.ServerName is { } said ? Targets.OfClaimed(said, Destination) : Targets.OfAddress(Destination, out _)) is { IsPassthrough: true } passed)
            return await PassAsync(peek, hello, passed, protocol);
        var names = NamesFor(hello);
        if (names.Find(name => MayPass(Targets.OfProven(name.Text, Destination))) is not { Text: not null } first)
            return await RefuseAsync(RefusalReason.Unmatched, names[0].Text);
        // whoever asked for a target by name does not get round what is forbidden there by another name inside
        if (Passage.Authority is not null && Targets.OfAddress(Destination, out _) is { } asked && Targets.GuardOf(asked) is not null
            && !ReferenceEquals(Targets.OfProven(first.Text, Destination), asked))
            return await RefuseAsync(RefusalReason.Unmatched, first.Text);
        if (Targets.OfProven(first.Text, Destination) is { IsPassthrough: true })
            return await RefuseAsync(RefusalReason.Untrusted, first.Text); // nothing shows that this is its address, and it is not to be opened to find out
        var facts = FactsOf(Targets.OfProven(first.Text, Destination), first.Text);
        // a certificate tells too late: whoever dials to look at it has told a stranger the name, of which the agent may have made up a part
        if (Targets.UnmatchedMode == UnmatchedMode.Deny && !Targets.IsPlaceOf(first.Text, Destination) && !await LeadsHereAsync(first.Text))
            return await AnswerInsteadAsync(peek, first, facts, Untrusted("its name does not lead to this address"), RefusalReason.Untrusted);
        if (facts.OnlyCountedFor is not null)
            return Relay(peek.OpenStream(), facts, null, null);
        var demands = parts.Client.DemandsCertificate(first, Destination.Port);
        if ((demands || parts.Unread.Holds(ClientOf(first))) && Targets.OfClaimed(first.Text, Destination) is var claimed && MayPass(claimed) && Targets.MayGoUnread(claimed))
            return Relay(peek.OpenStream(), FactsOf(claimed, first.Text) with { Protocol = "TLS", OnlyCountedFor = "uninterceptable" }, null, claimed);
        if (demands)
            return await RefuseAsync(RefusalReason.Uninterceptable, first.Text);

        await parts.Refusals.NoteHandshakeAsync(facts);
        SslApplicationProtocol[] offered = [.. hello.Protocols.Where(ProtocolNames.IsKnown).Select(one => new SslApplicationProtocol(one))];
        var (socket, upstream, name) = await ReachAsync(names, offered);
        facts = FactsOf(Targets.OfProven(name.Text, Destination), name.Text);
        if (upstream.Stream is not { } targetStream)
        {
            return socket is null ? await AnswerInsteadAsync(peek, name, facts, RecorderAnswer.Unreachable, RefusalReason.Unreachable)
                : upstream.Outcome == TlsClientOutcome.NotBelieved ? await AnswerInsteadAsync(peek, name, facts, Untrusted(upstream.Reason), RefusalReason.Untrusted)
                : upstream.Outcome == TlsClientOutcome.ClientCertificateRequired ? await RefuseAsync(RefusalReason.Uninterceptable, facts.Name)
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
        agentStream.WhenHeard = () => parts.Unread.Spoke(ClientOf(name));
        _shaken = (agentStream, name, parts.Time.GetTimestamp());
        facts = facts with
        {
            Protocol = protocol,
            Tls = VersionOf(agentStream),
            Dialled = Passage.OtherThanMeant(socket),
            Alpn = chosen.Protocol.IsEmpty ? null : System.Text.Encoding.ASCII.GetString(chosen.Protocol.Span),
        };
        return await InsideAsync(agentStream, socket!, targetStream, name, Targets.OfProven(name.Text, Destination), facts);
    }

    /// <summary>Whether a name that the agent did not ask our resolver for, as far as we remember, leads where it wants to go: we ask.</summary>
    private async ValueTask<bool> LeadsHereAsync(string name)
    {
        using var patience = new CancellationTokenSource(FirstBytes.Patience, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _cut.Token);
        try
        {
            return (await parts.Lookup.FindAsync(name, either.Token)).Contains(Destination.Address);
        }
        catch (OperationCanceledException) when (!_cut.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>
    /// The policy lets the target's TLS through unread. That it is the target's is known by the address alone: what the hello says may be anything.
    /// </summary>
    private async ValueTask<IConnection?> PassAsync(Peek peek, ClientHello hello, EffectiveTarget target, string protocol)
    {
        bool IsTargets(IPEndPoint way) =>
            ReferenceEquals(hello.ServerName is { } said ? Targets.OfClaimed(said, way) : Targets.OfAddress(way, out _), target);
        _dialled ??= await CapturedRoute.ConnectAsync([.. Passage.Ways.Where(IsTargets)], parts.Time, _cut.Token);
        if (_dialled?.RemoteEndPoint is not IPEndPoint there || !IsTargets(there))
            return await RefuseAsync(RefusalReason.Unreachable, hello.ServerName);
        return Relay(
            peek.OpenStream(),
            FactsOf(target, hello.ServerName) with { Protocol = protocol, Dialled = Passage.OtherThanMeant(_dialled), Alpn = hello.KnownProtocols, OnlyCountedFor = "passthrough" },
            null, target);
    }

    /// <summary>
    /// Who the target may be: the name that the agent says or, where it says none, the address that it goes to, and the name that it asked for.
    /// </summary>
    private List<ServerName> NamesFor(ClientHello hello)
    {
        if (ServerName.TryParse(hello.ServerName, out var said))
            return [said];
        var address = ServerName.Of(Destination.Address);
        _ = Targets.OfAddress(Destination, out var known);
        return ServerName.TryParse(known, out var asked) ? [address, asked] : [address];
    }

    /// <summary>Connects and shakes hands under the first of the names that may pass and that the target bears out.</summary>
    private async ValueTask<(Socket? Socket, TlsClientResult Result, ServerName Name)> ReachAsync(List<ServerName> names, SslApplicationProtocol[] offered)
    {
        var (tried, result, last) = ((Socket?)null, default(TlsClientResult), names[0]);
        foreach (var name in names)
        {
            if (!MayPass(Targets.OfProven(name.Text, Destination)))
                continue;
            var socket = _dialled ?? await CapturedRoute.ConnectAsync(Passage.Ways, parts.Time, _cut.Token);
            _dialled = null;
            if (socket is null)
                return (null, default, name);
            (tried, last) = (socket, name);
            result = await parts.Client.ConnectAsync(new NetworkStream(socket, ownsSocket: true), name, Destination.Port, offered, _cut.Token);
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
        {
            isHttp = await First.ReadAsync(inside) is SpokenProtocol.Http1 or SpokenProtocol.Http2;
            _leftFirst = inside.Count == 0;
        }
        if (isHttp && target?.Protocol != TargetProtocol.TCP)
        {
            _route = new CapturedRoute(Passage.Ways, name, parts.Client, parts.Time);
            _route.Give(new Wire(targetSocket, targetStream));
            var byHost = new TargetsByHost(Destination, _route, Targets, facts, name);
            _http = byHost;
            return new Http1Connection(new Wire(agent, agentStream), inside.Bytes, byHost.Any, parts.Pipeline, parts.Http2);
        }
        if (!Targets.MayBeRaw(target))
        {
            await targetStream.DisposeAsync();
            return await RefuseAsync(RefusalReason.Protocol, name.Text);
        }
        return Relay(inside.OpenStream(), facts, (targetSocket, targetStream), target);
    }

    private ValueTask<TlsServerResult> AcceptAsync(Peek peek, ServerName name, SslApplicationProtocol? protocol) =>
        TlsServerSide.AcceptAsync(peek.OpenStream(), parts.Leaves.For(name), protocol, parts.Time, _cut.Token);

    /// <summary>It does not take our certificate: the policy says what becomes of what cannot be read.</summary>
    private async ValueTask<IConnection?> NotToBeReadAsync(ServerName name, ChannelFacts facts)
    {
        parts.Unread.Refused(ClientOf(name)); // this connection is spoilt; the next passes, if the policy says so
        return await RefuseAsync(RefusalReason.Uninterceptable, facts.Name);
    }

    private UnreadClients.Client ClientOf(ServerName name) => new(name.Text, Destination, First.Hello!.Shape);

    /// <summary>It is over. Where the agent left before anybody said anything, right after the handshake, it did not take our certificate, as far as one can tell.</summary>
    private void NoteSilence()
    {
        if (_shaken is not ({ HasHeard: false }, var name, var at) || _isStopping || _cut.IsCancellationRequested)
            return;
        var leftFirst = _leftFirst || _http is TargetsByHost { IsUsed: false };
        if (leftFirst && parts.Time.GetElapsedTime(at) < UnreadClients.AtOnce)
            parts.Unread.Left(ClientOf(name));
    }

    /// <summary>Where HTTP is offered an answer in words comes instead of a broken connection.</summary>
    private async ValueTask<IConnection?> AnswerInsteadAsync(Peek peek, ServerName name, ChannelFacts facts, RecorderAnswer answer, RefusalReason reason)
    {
        var offered = First.Hello!.Protocols.Select(one => new SslApplicationProtocol(one)).ToList();
        SslApplicationProtocol? protocol = offered.Contains(SslApplicationProtocol.Http2) ? SslApplicationProtocol.Http2
            : offered.Contains(SslApplicationProtocol.Http11) ? SslApplicationProtocol.Http11 : null;
        if (protocol is null || (await AcceptAsync(peek, name, protocol)).Stream is not { } stream)
            return await RefuseAsync(reason, facts.Name);
        _route = new CapturedRoute(Passage.Ways, name, parts.Client, parts.Time);
        var target = new HttpTarget(facts with { Tls = VersionOf(stream) }, _route) { Refusal = answer };
        _http = target;
        return new Http1Connection(new Wire(agent, stream), [], target, parts.Pipeline, parts.Http2);
    }

    private static RecorderAnswer Untrusted(string why) => new(502, "Bad Gateway", $"the target is not who it should be: {why}");
}
