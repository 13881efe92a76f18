using System.Net.Sockets;
using System.Text;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Capture;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Proxy;

/// <summary>
/// An agent's connection to the forward proxy: requests with absolute URIs, each for a host of its own, until it ends or a CONNECT makes a
/// tunnel of it. What a tunnel carries is looked at as any captured connection.
/// </summary>
internal sealed class ProxyConnection : IConnection, IForwardProxy
{
    private static readonly byte[] Established = "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();

    private readonly Socket _agent;
    private readonly ProxyDialler _dialler;
    private readonly Http1Connection _http;
    private readonly CancellationTokenSource _cut = new(); // never disposed: it has no timer, and the sweep may be late
    private Origin? _origin;
    private volatile CapturedConnection? _tunnel;
    private volatile bool _isStopping;

    public ProxyConnection(Socket agent, ProxyDialler dialler)
    {
        (_agent, _dialler) = (agent, dialler);
        var any = new Origin(default, default, ProxyAnswers.NotByHttp2, dialler.Parts);
        _http = new Http1Connection(new Wire(agent, null), [], any.Target, dialler.Parts.Pipeline, dialler.Parts.Http2, this);
    }

    public Task RunAsync() => _http.RunAsync();

    public void Stop()
    {
        _isStopping = true;
        Interlocked.MemoryBarrier(); // either we see the tunnel, or it sees that we stop
        _http.Stop();
        _tunnel?.Stop();
    }

    public void Cut()
    {
        _ = _cut.CancelAsync();
        Interlocked.MemoryBarrier();
        _tunnel?.Cut();
        _http.Cut();
    }

    public bool Sweep() => _tunnel?.Sweep() ?? _http.Sweep();

    public void Dispose()
    {
        _tunnel?.Dispose();
        _http.Dispose();
        _origin?.Dispose();
    }

    public async ValueTask<HttpTarget> TargetOfAsync(HttpHead request, HttpTarget? connected)
    {
        if (!RequestTarget.TryReadAuthority(request.Target, out var scheme, out var authority))
            return Become(default, default, ProxyAnswers.NoUri);
        if (!HttpFieldNames.Is(request.Target[scheme], "http"u8))
            return Become(default, default, ProxyAnswers.NotHttp);
        if (ProxyAuthority.Read(request.Target[authority], 80) is not { } asked)
            return Become(default, default, ProxyAnswers.Malformed);
        if (connected is not null && _origin is { } origin && ReferenceEquals(origin.Target, connected) && origin.Asked == asked)
            return connected;
        // dialled it is when the request was judged
        var outcome = await _dialler.FindAsync(asked, _cut.Token);
        return Become(asked, outcome, outcome.Answer
            ?? (outcome.Target is { Protocol: not (TargetProtocol.Auto or TargetProtocol.HTTP) } ? ProxyAnswers.Protocol : null));
    }

    public async ValueTask<(IConnection? Tunnel, RecorderAnswer? Refusal)> OpenTunnelAsync(string authority, ReadOnlyMemory<byte> ahead)
    {
        var parts = _dialler.Parts;
        var outcome = ProxyAuthority.Read(Encoding.Latin1.GetBytes(authority), 0) is { } asked
            ? await ReachAsync(asked, endIsLeaving: ahead.IsEmpty)
            : ProxyOutcome.Refused(RefusalReason.Malformed, ProxyAnswers.Malformed);
        if (outcome.Passage is not { } passage)
        {
            await parts.Refusals.RecordAsync(null, authority[(authority.LastIndexOf('@') + 1)..], outcome.Reason, null); // not with a user and a password
            return (null, outcome.Answer);
        }
        var tunnel = new CapturedConnection(_agent, parts, passage: passage with { Greeting = Established, Ahead = ahead });
        _tunnel = tunnel;
        Interlocked.MemoryBarrier(); // either we see that it was asked to end, or whoever asks sees the tunnel
        if (_isStopping)
            tunnel.Stop();
        if (_cut.IsCancellationRequested)
            tunnel.Cut();
        return (tunnel, null);
    }

    /// <summary>Goes there, and gives up where the agent leaves meanwhile.</summary>
    /// <param name="asked">Whom for.</param>
    /// <param name="endIsLeaving">Whether an agent that says its last byte now has said nothing that could be for the host.</param>
    private async ValueTask<ProxyOutcome> ReachAsync(ProxyAuthority asked, bool endIsLeaving)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token);
        var reaching = _dialler.ReachAsync(asked, over.Token);
        if (reaching.IsCompleted)
            return await reaching;
        using var isKnown = new CancellationTokenSource();
        var watching = WatchAsync(over, endIsLeaving, isKnown.Token);
        try
        {
            return await reaching;
        }
        finally
        {
            await isKnown.CancelAsync();
            await watching;
        }
    }

    /// <summary>Nobody else reads meanwhile. Of an agent that has sent more no end is seen before that is read, and only a reset says that it left.</summary>
    private async Task WatchAsync(CancellationTokenSource over, bool endIsLeaving, CancellationToken isKnown)
    {
        try
        {
            // a receive of no bytes may end though nothing came
            if (await _agent.ReceiveAsync(new byte[1], SocketFlags.Peek, isKnown) > 0 || !endIsLeaving)
                return;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception gone) when (Http1Connection.IsGone(gone))
        {
            // it broke off
        }
        await over.CancelAsync();
    }

    private HttpTarget Become(ProxyAuthority asked, ProxyOutcome outcome, RecorderAnswer? refusal)
    {
        _origin?.Dispose();
        _origin = new Origin(asked, outcome, refusal, _dialler.Parts);
        return _origin.Target;
    }

    /// <summary>A host that was asked for, and the way there.</summary>
    private sealed class Origin : IDisposable
    {
        private readonly ProxyRoute _route;

        public Origin(ProxyAuthority asked, ProxyOutcome outcome, RecorderAnswer? refusal, CaptureParts parts)
        {
            Asked = asked;
            CapturedRoute? way = null;
            var facts = new Record.ChannelFacts(outcome.Target?.Name ?? CapturedTargets.Unmatched) { Authority = asked.Port == 0 ? null : asked.Text };
            if (outcome.Passage is { } passage)
            {
                var route = way = new CapturedRoute(passage.Ways, null, parts.Client, parts.Time);
                facts = passage.FactsOf(outcome.Target, null) with
                {
                    DialledLate = () => passage.OtherThanMeant(route.There),
                    OnlyCountedFor = null, // a proxy has to read it
                };
            }
            _route = new ProxyRoute(asked.Port == 0 ? new ProxyAuthority("", null, 80) : asked, way, parts.Time);
            Target = new HttpTarget(facts, _route) { IsProxied = true, Guard = parts.Targets.GuardOf(outcome.Target), Refusal = refusal };
        }

        public ProxyAuthority Asked { get; }

        public HttpTarget Target { get; }

        public void Dispose()
        {
            Target.Dispose();
            _route.Dispose();
        }
    }
}
