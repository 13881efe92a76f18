using System.Net;
using K8sRecorder.Sidecar.Capture;

namespace K8sRecorder.Sidecar.Proxy;

/// <summary>
/// Finds the way to a host that an agent asks the proxy for: by the policy first, then by looking its name up, by the policy again with the
/// addresses, then by dialling. Any thread.
/// </summary>
/// <param name="parts">What captured connections have in common.</param>
/// <param name="lookup">Looks names up.</param>
/// <param name="mayAsk">Whether a name may be looked up at all: the question alone can carry something out.</param>
internal sealed class ProxyDialler(CaptureParts parts, HostLookup lookup, Func<string, bool> mayAsk)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public CaptureParts Parts => parts;

    /// <summary>Goes there. Does not throw for what the network does.</summary>
    /// <param name="asked">Whom for.</param>
    /// <param name="cancellationToken">Ends it: the outcome says so.</param>
    public async ValueTask<ProxyOutcome> ReachAsync(ProxyAuthority asked, CancellationToken cancellationToken)
    {
        if (asked.Address is null && !mayAsk(asked.Host))
            return ProxyOutcome.Refused(RefusalReason.Unmatched, ProxyAnswers.Unmatched);
        using var timeout = new CancellationTokenSource(Patience, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var addresses = asked.Address is { } address ? [address] : await lookup.FindAsync(asked.Host, either.Token);
            return addresses.Count == 0 ? ProxyOutcome.Refused(RefusalReason.Unreachable, ProxyAnswers.Unknown) : await DialAsync(asked, addresses, either.Token);
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested
                ? ProxyOutcome.Refused(RefusalReason.Left, ProxyAnswers.Stopping)
                : ProxyOutcome.Refused(RefusalReason.Unreachable, ProxyAnswers.Late);
        }
    }

    private async ValueTask<ProxyOutcome> DialAsync(ProxyAuthority asked, IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken)
    {
        List<IPEndPoint> ways = [.. addresses.Select(address => new IPEndPoint(address, asked.Port)).Where(way => !IsOurs(way))];
        if (ways.Count == 0)
            return ProxyOutcome.Refused(RefusalReason.Loop, ProxyAnswers.Loop);
        var targets = parts.Targets.With(new ProxiedNames(asked.Address is null ? asked.Host : null, addresses));
        if (ways.Find(way => targets.MayPass(targets.OfAddress(way, out _))) is not { } first)
            return ProxyOutcome.Refused(RefusalReason.Unmatched, ProxyAnswers.Unmatched);
        // of one name some addresses may be a target's by their range: the others are no way there
        var target = targets.OfAddress(first, out _);
        ways.RemoveAll(way => !ReferenceEquals(targets.OfAddress(way, out _), target));
        if (await CapturedRoute.ConnectAsync(ways, parts.Time, cancellationToken) is not { RemoteEndPoint: IPEndPoint there } socket)
            return ProxyOutcome.Refused(RefusalReason.Unreachable, ProxyAnswers.Unreachable, target);
        return new ProxyOutcome(
            new Passage(there, [there, .. ways.Where(way => !way.Equals(there))], targets)
            {
                Authority = asked.Text,
                IsByAddress = asked.Address is not null,
                Dialled = socket,
            },
            target, default, null);
    }

    /// <summary>All addresses of the machine that mean itself: 0.0.0.0 leads to loopback, too.</summary>
    private bool IsOurs(IPEndPoint way) =>
        (IPAddress.IsLoopback(way.Address) || way.Address.Equals(IPAddress.Any) || way.Address.Equals(IPAddress.IPv6Any)) && parts.OwnPorts.Contains(way.Port);
}
