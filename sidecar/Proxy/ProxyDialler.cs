using System.Net;
using K8sRecorder.Sidecar.Capture;

namespace K8sRecorder.Sidecar.Proxy;

/// <summary>
/// Finds the way to a host that an agent asks the proxy for: by the policy first, then by looking its name up, by the policy again with the
/// addresses, then by dialling. Any thread.
/// </summary>
/// <param name="parts">What captured connections have in common.</param>
/// <param name="mayAsk">Whether a name may be looked up at all: the question alone can carry something out.</param>
internal sealed class ProxyDialler(CaptureParts parts, Func<string, bool> mayAsk)
{
    /// <summary>A host has so long to be found, and so long to answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public CaptureParts Parts => parts;

    /// <summary>Finds the way and dials nobody. Does not throw for what the network does.</summary>
    /// <param name="asked">Whom for.</param>
    /// <param name="cancellationToken">Ends it: the outcome says so.</param>
    public ValueTask<ProxyOutcome> FindAsync(ProxyAuthority asked, CancellationToken cancellationToken) =>
        InTimeAsync(token => LookAsync(asked, token), cancellationToken);

    /// <summary>Goes there. Does not throw for what the network does.</summary>
    public ValueTask<ProxyOutcome> ReachAsync(ProxyAuthority asked, CancellationToken cancellationToken) =>
        InTimeAsync(
            async token =>
            {
                var found = await LookAsync(asked, token);
                return found.Passage is { } passage ? await DialAsync(found, passage, token) : found;
            },
            cancellationToken);

    private async ValueTask<ProxyOutcome> InTimeAsync(Func<CancellationToken, ValueTask<ProxyOutcome>> act, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await act(either.Token);
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested
                ? ProxyOutcome.Refused(RefusalReason.Left, ProxyAnswers.Left)
                : ProxyOutcome.Refused(RefusalReason.Unreachable, ProxyAnswers.Late);
        }
    }

    private async ValueTask<ProxyOutcome> LookAsync(ProxyAuthority asked, CancellationToken cancellationToken)
    {
        if (asked.Address is null && !mayAsk(asked.Host))
            return ProxyOutcome.Refused(RefusalReason.Unmatched, ProxyAnswers.Unmatched);
        var addresses = asked.Address is { } address ? [address] : await parts.Lookup.FindAsync(asked.Host, cancellationToken);
        return addresses.Count == 0 ? ProxyOutcome.Refused(RefusalReason.Unreachable, ProxyAnswers.Unknown) : WayTo(asked, addresses);
    }

    private ProxyOutcome WayTo(ProxyAuthority asked, IReadOnlyList<IPAddress> addresses)
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
        return new ProxyOutcome(new Passage(first, ways, targets) { Authority = asked.Text, IsByAddress = asked.Address is not null }, target, default, null);
    }

    private async ValueTask<ProxyOutcome> DialAsync(ProxyOutcome found, Passage passage, CancellationToken cancellationToken)
    {
        var (socket, there, isLate) = await CapturedRoute.TryConnectAsync(passage.Ways, parts.Time, cancellationToken);
        return socket is null || there is null
            ? ProxyOutcome.Refused(RefusalReason.Unreachable, isLate ? ProxyAnswers.Late : ProxyAnswers.Unreachable, found.Target)
            : found with { Passage = passage with { Destination = there, Ways = [there, .. passage.Ways.Where(way => !way.Equals(there))], Dialled = socket } };
    }

    /// <summary>All addresses of the machine that mean itself: 0.0.0.0 leads to loopback, too.</summary>
    private bool IsOurs(IPEndPoint way) =>
        (IPAddress.IsLoopback(way.Address) || way.Address.Equals(IPAddress.Any) || way.Address.Equals(IPAddress.IPv6Any)) && parts.OwnPorts.Contains(way.Port);
}
